"""Demo deliveries: synthetic records of youth care, calibrated to what is published. No real person is in them."""

from celwacht.tables.demo.write import DemoReport, write_demo

__all__ = ["DemoReport", "write_demo"]
