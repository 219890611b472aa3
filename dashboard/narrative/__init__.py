"""Sentences made from figures, as an official Chinese report says them. Every figure stays bound to its query.

words.toml     what is said of which indicator, topic by topic
facts.py       the figures of one organisation and period, each asked once
changes.py     同比, 环比, plan, peers: one figure beside others, in words
clauses.py     words.toml + facts -> paragraphs
matters.py     what became of last time's matters, what is new, what falls due next
"""
