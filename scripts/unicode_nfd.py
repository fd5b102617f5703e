#!/usr/bin/env python3
"""Writes core/text/src/nfd_table.hpp, Unicode's canonical decompositions, from Python's unicodedata:

    scripts/unicode_nfd.py > core/text/src/nfd_table.hpp
"""
import textwrap
import unicodedata


def decompositions():
    """(character, first, second or 0) of the basic plane, without Hangul (computed) and compatibility ideographs."""
    for code in range(0x80, 0xF900):
        parts = unicodedata.decomposition(chr(code)).split()
        if parts and not parts[0].startswith("<"):
            yield code, int(parts[0], 16), int(parts[1], 16) if len(parts) > 1 else 0


def deltas(numbers):
    return [now - before for before, now in zip([0, *numbers], numbers)]


def array(name, kind, numbers):
    print(f"inline constexpr {kind} {name}[] = {{")
    print("\n".join(textwrap.wrap(", ".join(map(str, numbers)), 116, initial_indent="    ", subsequent_indent="    ")))
    print("};")


rows = list(decompositions())
seconds = sorted({second for _, _, second in rows})
classes = []  # [first character, class] of runs
for code in range(0x300, 0x371):
    if not classes or classes[-1][1] != unicodedata.combining(chr(code)):
        classes.append([code, unicodedata.combining(chr(code))])

print(f"""#pragma once
// Made by scripts/unicode_nfd.py from Unicode {unicodedata.unidata_version}. Do not edit.
// clang-format off
#include <cstdint>

namespace strop::nfd {{

// Of each row of the table: the character and its first part, as the difference to the row before, and
// the number of its second part in `seconds` (0: it has none). Differences pack much better than the codes.
""")
array("characters", "std::uint16_t", deltas([row[0] for row in rows]))
array("firsts", "std::int32_t", deltas([row[1] for row in rows]))
array("second_numbers", "std::uint8_t", [seconds.index(row[2]) for row in rows])
array("seconds", "std::uint16_t", seconds)
print("\n// The canonical combining classes from U+0300 to U+036F, in runs.")
array("class_starts", "std::uint16_t", [start for start, _ in classes])
array("classes", "std::uint8_t", [number for _, number in classes])
print("\n}  // namespace strop::nfd")
