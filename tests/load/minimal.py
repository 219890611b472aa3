"""The smallest Streamlit page with one chart, twice: what `make bench` compares our pages with."""

import plotly.graph_objects as go
import streamlit as st


def one() -> None:
    st.title("甲")
    st.plotly_chart(go.Figure(go.Bar(x=list("甲乙丙丁"), y=[1, 3, 2, 4])), key="one")


def two() -> None:
    st.title("乙")
    st.plotly_chart(go.Figure(go.Bar(x=list("甲乙丙丁"), y=[4, 2, 3, 1])), key="two")


st.navigation([st.Page(one, title="甲", url_path="one"), st.Page(two, title="乙", url_path="two")]).run()
