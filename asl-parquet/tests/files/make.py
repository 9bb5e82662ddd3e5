"""Makes the files of this folder with Apache Arrow, another implementation of Parquet, and the rows expected of each.

    python3 -m venv venv && venv/bin/pip install pyarrow && venv/bin/python make.py
"""

import base64
import datetime as dt
import decimal
import json
import math
import pathlib
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
D = decimal.Decimal


def fraction(nanos):
    for digits, unit in ((0, 10**9), (3, 10**6), (6, 10**3), (9, 1)):
        if nanos % unit == 0:
            return "" if digits == 0 else f".{nanos // unit:0{digits}}"


def moment(count, unit, utc):
    a_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    seconds, rest = divmod(count, a_second)
    time = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction(rest * (10**9 // a_second))}{'Z' if utc else ''}"


def expected(value):
    """The JSON of a value, by the rules of the README."""
    kind = value.type
    if not value.is_valid:
        return None
    if pa.types.is_struct(kind):
        return {field.name: expected(value[field.name]) for field in kind}
    if pa.types.is_map(kind):
        entries = [(expected(entry["key"]), expected(entry["value"])) for entry in value.values]
        return {key if isinstance(key, str) else json.dumps(key): item for key, item in entries}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [expected(item) for item in value.values]
    if pa.types.is_timestamp(kind):
        return moment(value.value, kind.unit, kind.tz is not None)
    if pa.types.is_time(kind):
        seconds, rest = divmod(value.value, {"ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit])
        nanos = rest * (10**9 // {"ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit])
        return f"{dt.timedelta(seconds=seconds)!s:0>8}{fraction(nanos)}"
    if pa.types.is_date(kind):
        return value.as_py().isoformat()
    if isinstance(kind, pa.UuidType):
        return str(value.as_py())
    if pa.types.is_decimal(kind):
        number = value.as_py()
        if kind.scale == 0:
            return int(number)
        return float(number) if kind.precision <= 15 else f"{number:.{kind.scale}f}"
    if pa.types.is_floating(kind):
        number = value.as_py()
        if math.isnan(number):
            return "NaN"
        if math.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        if kind.bit_width == 64:
            return number
        # The fewest digits that identify it.
        import numpy
        return float(str(numpy.float32(number)))
    if pa.types.is_fixed_size_binary(kind):
        return base64.b64encode(value.as_py()).decode()
    if pa.types.is_binary(kind):
        try:
            return value.as_py().decode()
        except UnicodeDecodeError:
            return base64.b64encode(value.as_py()).decode()
    return value.as_py()


def write(name, table, **options):
    pq.write_table(table, HERE / f"{name}.parquet", store_schema=False, **options)


def write_rows(name, table):
    columns = [[expected(value) for value in column] for column in table.columns]
    with open(HERE / f"{name}.jsonl", "w") as file:
        for row in zip(*columns):
            file.write(json.dumps(dict(zip(table.column_names, row)), ensure_ascii=False, separators=(",", ":")) + "\n")


def numbers():
    yield "bool", pa.bool_(), [True, False, None]
    for bits in (8, 16, 32, 64):
        signed = 2 ** (bits - 1)
        yield f"int{bits}", getattr(pa, f"int{bits}")(), [-signed, signed - 1, None]
        yield f"uint{bits}", getattr(pa, f"uint{bits}")(), [0, 2**bits - 1, None]
    yield "half", pa.float16(), [1.5, -math.inf, None]
    yield "float", pa.float32(), [0.1, math.nan, None]
    yield "double", pa.float64(), [0.1, math.inf, None]
    yield "large", pa.float64(), [1e300, -5e-324, None]
    yield "money", pa.decimal128(10, 2), [D("12.50"), D("-0.05"), None]
    yield "exact", pa.decimal128(18, 2), [D("12.50"), D("-9999999999999999.99"), None]
    yield "huge", pa.decimal128(38, 0), [D(10**38 - 1), D(-(10**38) + 1), None]
    yield "wide", pa.decimal256(76, 10), [D("-0.0000000001"), D(7**60) / 10**10, None]


def times():
    times = [0, 1_709_211_600_123, None]
    yield "date", pa.date32(), [dt.date(2024, 2, 29), dt.date(1, 1, 1), None]
    for unit, factor in (("ms", 1), ("us", 1000), ("ns", 1_000_000)):
        counts = [None if time is None else time * factor for time in times]
        yield f"utc_{unit}", pa.timestamp(unit, "UTC"), counts
        yield f"local_{unit}", pa.timestamp(unit), counts
    yield "time_ms", pa.time32("ms"), [0, 46_800_500, None]
    yield "time_us", pa.time64("us"), [1, 86_399_999_999, None]
    yield "time_ns", pa.time64("ns"), [1, 86_399_999_999_999, None]


def bytes_and_text():
    yield "text", pa.string(), ["ä \"quoted\"\n", "", None]
    yield "bytes", pa.binary(), [b"text", b"\xff\x00", None]
    yield "fixed", pa.binary(3), [b"abc", b"\xff\x00\x01", None]
    yield "uuid", pa.uuid(), [uuid.UUID(int=0x00112233445566778899AABBCCDDEEFF).bytes, uuid.UUID(int=1).bytes, None]
    yield "nothing", pa.null(), [None, None, None]


def table(columns):
    columns = list(columns)
    arrays = [storage(kind, values) for _, kind, values in columns]
    return pa.table(arrays, names=[name for name, _, _ in columns])


def storage(kind, values):
    if isinstance(kind, pa.UuidType):
        return pa.ExtensionArray.from_storage(kind, pa.array(values, pa.binary(16)))
    return pa.array(values, kind)


def nested():
    point = pa.struct([("x", pa.int32()), ("y", pa.struct([("z", pa.list_(pa.string()))]))])
    yield "list", pa.list_(pa.int64()), [[1, 2], [], None, [None, 3], [4]]
    yield "lists", pa.list_(pa.list_(pa.int32())), [[[1], [], None, [2, 3]], [], None, [[]], [None]]
    yield "point", point, [
        {"x": 1, "y": {"z": ["a", None]}}, {"x": None, "y": None}, None, {"x": 2, "y": {"z": []}}, {"x": 3, "y": {"z": None}},
    ]
    yield "points", pa.list_(point), [
        [{"x": 1, "y": {"z": ["a"]}}, None, {"x": 2, "y": {"z": ["b", "c"]}}], [], None, [{"x": None, "y": None}], [None],
    ]
    yield "map", pa.map_(pa.string(), pa.int32()), [[("a", 1), ("b", None)], [], None, [("c", 3)], [("", 0)]]
    yield "numbered", pa.map_(pa.int32(), pa.list_(pa.string())), [[(1, ["x"]), (2, None)], [], None, [(3, [])], [(4, ["y", "z"])]]


def many(rows):
    words = [f"word {number % 40}" for number in range(rows)]
    return pa.table({
        "id": pa.array(range(rows), pa.int64()),
        "word": pa.array(words),
        "unique": pa.array([f"{number * 7919 % 10007} of many" for number in range(rows)]),
        "maybe": pa.array([None if number % 3 else number / 8 for number in range(rows)], pa.float64()),
        "flag": pa.array([number % 5 == 0 for number in range(rows)]),
        "tags": pa.array([[f"t{tag}" for tag in range(number % 6)] if number % 7 else None for number in range(rows)]),
        "key": pa.array([number.to_bytes(4, "big") for number in range(rows)], pa.binary(4)),
        "small": pa.array([number % 9 for number in range(rows)], pa.int32()),
    })


def main():
    flat = pa.table({"id": [1, 2, 3], "name": ["one", "two", None], "price": [1.5, None, 3.0]})
    write("flat", flat)
    write("numbers", table(numbers()))
    write("times", table(times()))
    old = table([("t", pa.timestamp("ns", "UTC"), [0, 1_709_211_600_123_456_789, -1])])
    write("int96", old, use_deprecated_int96_timestamps=True)
    write("bytes", table(bytes_and_text()))
    write("nested", table(nested()))
    write("nested_v2", table(nested()), data_page_version="2.0")
    write("empty", flat.slice(0, 0))
    for name, rows in {"flat": flat, "numbers": table(numbers()), "times": table(times()), "bytes": table(bytes_and_text()),
                       "nested": table(nested()), "int96": old, "many": many(200)}.items():
        write_rows(name, rows)
    encodings = {"id": "DELTA_BINARY_PACKED", "word": "DELTA_BYTE_ARRAY", "unique": "DELTA_LENGTH_BYTE_ARRAY",
                 "maybe": "BYTE_STREAM_SPLIT", "flag": "RLE", "tags.list.element": "DELTA_BYTE_ARRAY",
                 "key": "DELTA_BYTE_ARRAY", "small": "BYTE_STREAM_SPLIT"}
    for name, options in {
        "plain": {"compression": "none", "use_dictionary": False},
        "snappy": {"compression": "snappy"},
        "gzip": {"compression": "gzip", "data_page_version": "2.0"},
        "zstd": {"compression": "zstd"},
        "lz4": {"compression": "lz4", "data_page_version": "2.0", "use_dictionary": False},
        "encodings": {"use_dictionary": False, "column_encoding": encodings, "compression": "none"},
        "encodings_v2": {"use_dictionary": False, "column_encoding": encodings, "data_page_version": "2.0"},
    }.items():
        # Pages and row groups of few rows, as in files of millions.
        write(name, many(200), row_group_size=80, data_page_size=300, write_batch_size=20, **options)
    write("brotli", flat, compression="brotli")


main()
