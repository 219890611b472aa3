"""The smallest Streamlit page with one chart, twice: what `make bench` compares our pages with.

The chart is of the size that our pages show: twelve months, stacked by six types.
"""

import plotly.graph_objects as go
import streamlit as st

MONTHS = [f"{month}月" for month in range(1, 13)]


def draw(name: str, shift: int) -> None:
    st.title(name)
    bars = [
        go.Bar(
            name=f"类型{kind}", x=MONTHS, y=[(month * 7 + kind * 5 + shift) % 23 + 1 for month in range(12)]
        )
        for kind in range(6)
    ]
    st.plotly_chart(go.Figure(bars, go.Layout(barmode="stack")), key=name)


def one() -> None:
    draw("甲", 0)


def two() -> None:
    draw("乙", 11)


st.navigation([st.Page(one, title="甲", url_path="one"), st.Page(two, title="乙", url_path="two")]).run()
