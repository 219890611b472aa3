"""Demo submissions: realistic workbooks, all invented, that add up to the published figures."""

from etl.demo.compose import DEMO_FIRST, DEMO_LAST, DemoSet, write_demo
from etl.demo.mistakes import Mistake

__all__ = ["DEMO_FIRST", "DEMO_LAST", "DemoSet", "Mistake", "write_demo"]
