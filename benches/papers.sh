#!/usr/bin/env bash
# What the README says about the speed of reading documents, measured: a pack of ten papers, some thousand
# pages in all, as PDF beside poppler's pdftotext and as Word beside LibreOffice, in one run. Needs
# python-docx, poppler-utils, LibreOffice and GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --locked --quiet
program="$PWD/${CARGO_TARGET_DIR:-target}/release/prevent-benchmark"
[ -x "$program" ] || program="${CARGO_TARGET_DIR}/release/prevent-benchmark"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 - "$folder" <<'PYTHON'
import glob, random, sys
import docx
random.seed(1)
texts = []
for path in sorted(glob.glob('tests/papers/*/*.md')):
    texts += [line for line in open(path, encoding='utf-8').read().split('\n') if len(line) > 200]
for number in range(10):
    paper = docx.Document()
    for section in range(100):
        paper.add_heading(f"{section + 1}. {random.choice(['Prevent', 'Housing', 'Training', 'Roads'])}", 1)
        for _ in range(6):
            paper.add_paragraph(random.choice(texts))
    paper.save(f'{sys.argv[1]}/paper-{number}.docx')
PYTHON
cd "$folder"
clock() { command time -f "$1: %e s, %M kB at most" "${@:2}" > /dev/null; }
clock "LibreOffice, Word to PDF" soffice --headless --convert-to pdf ./*.docx
pages=0
for file in *.pdf; do pages=$((pages + $(pdfinfo "$file" | awk '/^Pages/ {print $2}'))); done
echo "$pages pages" >&2
for _ in 1 2 3; do
  clock "pdftotext" bash -c 'for file in *.pdf; do pdftotext -layout "$file" /dev/null; done'
  clock "match, PDF" "$program" match ./*.pdf --format json
  clock "match, Word" "$program" match ./*.docx --format json
done
