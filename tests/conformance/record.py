"""Records the cases of cases/*.jsonl: our inputs, and what the DSPy of requirements.txt makes of them.

    "$(tests/conformance/dspy-env)" tests/conformance/record.py            writes cases/
    "$(tests/conformance/dspy-env)" tests/conformance/record.py --check    says whether cases/ is what would be written

Everything is computed twice, in processes with different hash seeds, and nothing is written unless both agree.
"""

import argparse
import contextlib
import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases"


def record():
    """The text of every file, by kind."""
    logging.disable(logging.CRITICAL)
    import inputs
    import oracle

    files = {}
    recorded = {}
    for kind, compute in oracle.KINDS.items():
        if kind == "load_state":
            given = inputs.load_state(recorded["save_state"])
        else:
            given = getattr(inputs, "format_" if kind == "format" else kind)()
        cases = []
        for number, case in enumerate(given, 1):
            # What is printed on the way is no part of the record.
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                cases.append({"kind": kind, "test": f"{kind}/{number:03}", **case, **compute(case)})
        recorded[kind] = cases
        # ASCII: files that are read by lines must not hold other line breaks.
        files[f"{kind}.jsonl"] = "".join(json.dumps(case, allow_nan=False) + "\n" for case in cases)
    return files


def recorded_under(hash_seed):
    run = subprocess.run([sys.executable, __file__, "--print"], env={**os.environ, "PYTHONHASHSEED": hash_seed}, stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    parser.add_argument("--print", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.print:
        json.dump(record(), sys.stdout)
        return 0
    files, again = recorded_under("1"), recorded_under("2")
    if unstable := [name for name in files if files[name] != again.get(name)]:
        print(f"record.py: {', '.join(unstable)} depend on the hash seed", file=sys.stderr)
        return 1
    if options.check:
        differing = [name for name, text in files.items() if not (CASES / name).exists() or (CASES / name).read_text(encoding="utf-8") != text]
        differing += [path.name for path in CASES.glob("*.jsonl") if path.name not in files]
        if differing:
            print(f"record.py: {', '.join(differing)} are not what is recorded now", file=sys.stderr)
        return 1 if differing else 0
    CASES.mkdir(exist_ok=True)
    for name, text in files.items():
        (CASES / name).write_text(text, encoding="utf-8")
        print(f"{name}: {text.count(chr(10))} cases, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
