from risk.models.alerts import Alert, Indicator, IndicatorReading, Severity, SubjectKind
from risk.models.pauses import SalePause
from risk.models.register import RiskCategory, RiskEntry

__all__ = [
    "Alert",
    "Indicator",
    "IndicatorReading",
    "RiskCategory",
    "RiskEntry",
    "SalePause",
    "Severity",
    "SubjectKind",
]
