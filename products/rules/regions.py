"""Regions by their six-digit codes (GB/T 2260): the first two digits name the province, the first four the city."""

from collections.abc import Collection

ALL_REGIONS = "all"


def covers(regions: Collection[str], region: str) -> bool:
    """Whether a list of regions holds this one: "all", the region itself, or the city or province it lies in."""
    if region == ALL_REGIONS:
        return ALL_REGIONS in regions
    return not {ALL_REGIONS, region, f"{region[:4]}00", f"{region[:2]}0000"}.isdisjoint(regions)
