//! The edition for the public: nothing that is withheld, and nothing that rests on it, is in any report in
//! any format, whatever stands in the assessment.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

use prevent_benchmark::app;
use prevent_benchmark::app::reports::{ReportFormat, ReportKind, ReportRequest, report};
use prevent_benchmark::diag::Code;

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

const STATUSES: [&str; 5] = ["in-place", "partial", "planned", "lapsed", "absent"];
const GROUND: &str = "{ground: foi-24, by: Prevent lead, date: 2024-05-13}";
/// What must never be seen begins so.
const SECRET: &str = "Zqxwvk";

/// Two assessments that differ only in what is withheld and in what rests on it.
struct Pair {
    open: Dice,
    secret: [Dice; 2],
    texts: [String; 2],
}

impl Pair {
    fn both(&mut self, text: &str) {
        self.texts.iter_mut().for_each(|whole| whole.push_str(text));
    }

    /// A text that differs, with words that occur nowhere else.
    fn secret(&mut self, make: impl Fn(&mut Dice, String) -> String) {
        for (dice, text) in self.secret.iter_mut().zip(&mut self.texts) {
            let word = format!(
                "{SECRET}{}{}",
                char::from(b'a' + u8::try_from(dice.roll(26)).unwrap()),
                dice.roll(9999)
            );
            text.push_str(&make(dice, word));
        }
    }
}

/// An assessment in which about a third of the benchmarks bears something sensitive.
fn generate(seed: u64) -> Pair {
    let rubric = app::rubric(app::DEFAULT_RUBRIC, Path::new("-")).value.unwrap();
    let mut pair = Pair {
        open: Dice(seed),
        secret: [Dice(seed + 1000), Dice(seed + 2000)],
        texts: [String::new(), String::new()],
    };
    pair.both("schema: assessment/1\narea: {id: a, name: Anywhere Council}\nperiod: 2023/24\nrubric: prevent-la-2021\nevidence:\n");
    let closed: Vec<bool> = (0..10).map(|_| pair.open.roll(3) == 0).collect();
    let mut statements = 0;
    for (at, &is_closed) in closed.iter().enumerate() {
        let criteria: Vec<&str> = rubric.criteria_of(at).map(|(_, c)| c.id.as_str()).collect();
        let number = at + 1;
        for position in 0..=pair.open.roll(3) {
            statements += 1;
            let criterion = criteria[pair.open.roll(criteria.len())];
            let status = STATUSES[pair.open.roll(5)];
            let id = if pair.open.roll(2) == 0 { format!("id: S{statements}, ") } else { String::new() };
            if is_closed && position == 0 {
                pair.secret(|dice, word| {
                    let criterion = criteria[dice.roll(criteria.len())];
                    let status = STATUSES[dice.roll(5)];
                    format!(
                        "  - {{benchmark: {number}, text: '{word} was seen {} times by the board', marking: OFFICIAL-SENSITIVE, withheld: {GROUND}, source: {{title: {word} note, place: {word}, document: {word}.pdf}}, findings: [{{criterion: {criterion}, status: {status}}}]}}\n",
                        dice.roll(90)
                    )
                });
            } else {
                pair.both(&format!(
                    "  - {{{id}benchmark: {number}, text: 'statement number {statements} of the board says {status}', findings: [{{criterion: {criterion}, status: {status}}}]}}\n"
                ));
            }
        }
    }
    pair.both("judgements:\n");
    for (at, &is_closed) in closed.iter().enumerate() {
        let number = at + 1;
        if is_closed {
            pair.secret(|dice, word| {
                format!("  - {{benchmark: {number}, level: {}, by: adviser, date: 2024-05-{}, reason: 'because of {word}'}}\n", 1 + dice.roll(5), 10 + dice.roll(9))
            });
        } else if pair.open.roll(2) == 0 {
            let level = 1 + pair.open.roll(5);
            pair.both(&format!("  - {{benchmark: {number}, level: {level}, by: adviser, date: 2024-04-20, reason: 'the adviser read it so'}}\n"));
        }
    }
    pair.both("  - {benchmark: 1, level: 3, by: self, date: 2024-04-02, reason: 'our own view'}\nactions:\n  - {id: A0, action: tell everybody, marking: OFFICIAL, owner: Prevent lead, status: open}\n");
    for (at, &is_closed) in closed.iter().enumerate() {
        let number = at + 1;
        if is_closed {
            pair.secret(|dice, word| {
                let status = ["open", "in-progress", "done"][dice.roll(3)];
                format!("  - {{id: {word}, benchmark: {number}, action: 'do {word}', owner: Head of {word}, due: 2023-0{}-01, status: {status}, measure: {word}, updates: [{{date: 2023-04-01, text: '{word} began'}}]}}\n", 1 + dice.roll(9))
            });
        } else {
            pair.both(&format!("  - {{id: A{number}, benchmark: {number}, action: 'write it down', owner: Prevent lead, due: 2024-01-01, status: open}}\n"));
        }
    }
    pair.secret(|_, word| {
        format!("  - {{id: S, action: 'tell {word}', marking: OFFICIAL-SENSITIVE, withheld: {GROUND}, status: open}}\nletter: {{summary: 'All of {word}.', marking: OFFICIAL-SENSITIVE, withheld: {GROUND}}}\n")
    });
    pair
}

/// All the text of a file: of a container each part, with its name.
fn contents(format: ReportFormat, bytes: &[u8]) -> String {
    let mut all = String::from_utf8_lossy(bytes).into_owned();
    if matches!(format, ReportFormat::Docx | ReportFormat::Odt | ReportFormat::Xlsx) {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).unwrap();
            let mut text = Vec::new();
            part.read_to_end(&mut text).unwrap();
            let _ = writeln!(all, "{} {}", part.name().unwrap(), String::from_utf8_lossy(&text));
            // A drawing holds its words in pairs of bytes.
            if part.name().unwrap().ends_with(".emf") {
                let units: Vec<u16> =
                    text.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
                let _ = writeln!(all, "{}", String::from_utf16_lossy(&units));
            }
        }
    }
    #[cfg(feature = "pdf")]
    if format == ReportFormat::Pdf {
        let document =
            prevent_benchmark::document::read_document(prevent_benchmark::document::Format::Pdf, bytes)
                .unwrap();
        document.blocks.iter().for_each(|block| all.push_str(&block.text));
    }
    all
}

fn written(text: &str, kind: ReportKind, format: ReportFormat, public: bool) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(&path, text).unwrap();
    let request = ReportRequest { public, ..ReportRequest::new(kind, &path, format, "2024-06-01") };
    let outcome = report(&request);
    outcome.value.unwrap_or_else(|| panic!("{:#?}\n{text}", outcome.diagnostics)).bytes
}

#[test]
fn what_is_withheld_reaches_no_report_in_any_format() {
    for seed in 0..8 {
        let Pair { texts: [one, other], .. } = generate(seed);
        assert_ne!(one, other);
        for kind in ReportKind::ALL.into_iter().filter(|kind| !kind.is_of_many()) {
            for format in kind.formats() {
                let bytes = written(&one, kind, format, true);
                let all = contents(format, &bytes).to_lowercase();
                for secret in [SECRET, "official-sensitive", "head of zqxwvk"] {
                    assert!(
                        !all.contains(&secret.to_lowercase()),
                        "{seed} {} {}",
                        kind.name(),
                        format.name()
                    );
                }
                // What is withheld cannot be told from the rest: had it been otherwise, the same would be printed.
                let again = written(&other, kind, format, true);
                assert!(bytes == again, "{seed} {} {}", kind.name(), format.name());
            }
        }
        // The test would see a secret: it stands in the edition that is not for the public.
        let inside: String = [ReportKind::Working, ReportKind::Log]
            .map(|kind| contents(ReportFormat::Docx, &written(&one, kind, ReportFormat::Docx, false)))
            .concat();
        assert!(inside.contains(SECRET) && inside.contains("OFFICIAL-SENSITIVE"));
    }
}

/// The refusals, each with the line at which it stands.
fn refused(text: &str) -> Vec<(Code, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(&path, text).unwrap();
    let request = ReportRequest {
        public: true,
        ..ReportRequest::new(ReportKind::Letter, &path, ReportFormat::Markdown, "2024-06-01")
    };
    let outcome = report(&request);
    assert!(
        outcome.value.is_none()
            || outcome.diagnostics.iter().all(|d| d.severity != prevent_benchmark::diag::Severity::Error)
    );
    outcome.diagnostics.into_iter().map(|diagnostic| (diagnostic.code, diagnostic.message)).collect()
}

const HEAD: &str = "schema: assessment/1\narea: {id: a, name: Anywhere Council}\nperiod: 2023/24\nrubric: prevent-la-2021\nevidence:\n  - {id: S, benchmark: 1, text: Two places in Eastgate were named to the board, marking: OFFICIAL-SENSITIVE, withheld: {ground: foi-24, by: Prevent lead, date: 2024-05-13}, findings: []}\n";

#[test]
fn what_is_not_sure_is_refused() {
    for (more, code, words) in [
        (
            "  - {id: T, benchmark: 2, text: It is sensitive, marking: OFFICIAL-SENSITIVE, withheld: {ground: foi-24, by: Jo Bloggs, date: 2024-05-13}, findings: []}\n",
            Code::PublicationUnsure,
            "`Jo Bloggs` may be",
        ),
        (
            "  - {id: T, benchmark: 2, text: It is sensitive, marking: OFFICIAL-SENSITIVE, findings: []}\n",
            Code::NoGround,
            "no ground",
        ),
        (
            "  - {id: T, text: It is sensitive, marking: OFFICIAL-SENSITIVE, withheld: {ground: foi-31, by: Prevent lead, date: 2024-05-13}, findings: []}\n",
            Code::PublicationUnsure,
            "on which benchmark",
        ),
        (
            "  - {id: T, benchmark: 2, text: The board knows that two places in Eastgate were named to the board, findings: []}\n",
            Code::PublicationUnsure,
            "withheld",
        ),
        (
            "  - {id: T, benchmark: 2, text: Work in Eastgate goes on, findings: []}\n",
            Code::PublicationUnsure,
            "Eastgate",
        ),
        (
            "  - {id: T, benchmark: 2, text: The board thanked Jo Bloggs, findings: []}\n",
            Code::PublicationUnsure,
            "Jo Bloggs",
        ),
        (
            "  - {id: T, benchmark: 2, text: Cllr Bloggs chairs it, findings: []}\n",
            Code::PublicationUnsure,
            "Cllr Bloggs",
        ),
        (
            "  - {id: T, benchmark: 2, text: From the profile, marking: OFFICIAL, source: {title: CTLP 2023}, findings: []}\n",
            Code::PublicationUnsure,
            "released",
        ),
        ("actions: [{id: A, action: go on, status: open}]\n", Code::PublicationUnsure, "the action `A`"),
        (
            "actions: [{id: A, benchmark: 2, action: go on, owner: Jo Bloggs, status: open}]\n",
            Code::PublicationUnsure,
            "Jo Bloggs",
        ),
        ("letter: {summary: A good year.}\n", Code::PublicationUnsure, "the summary"),
    ] {
        let said = refused(&format!("{HEAD}{more}"));
        assert!(
            said.iter().any(|(found, message)| *found == code && message.contains(words)),
            "{more}: {said:?}"
        );
    }
    let fine =
        refused(&format!("{HEAD}  - {{id: T, benchmark: 2, text: Minutes go to the board, findings: []}}\n"));
    assert_eq!(fine, []);
}

#[test]
fn names_of_officers_become_posts() {
    let text = format!(
        "{HEAD}  - {{id: T, benchmark: 7, text: Jo Bloggs runs the induction, findings: [{{criterion: training.4.tailored, status: in-place, words: Jo Bloggs runs}}]}}\nactions: [{{id: A, benchmark: 2, action: ask Jo Bloggs, owner: Jo Bloggs, status: open}}]\npublication: {{people: [{{name: Jo Bloggs, post: the Prevent lead}}]}}\n"
    );
    for (kind, words) in
        [(ReportKind::Letter, "the Prevent lead runs the induction"), (ReportKind::Plan, "the Prevent lead")]
    {
        let made = String::from_utf8(written(&text, kind, ReportFormat::Markdown, true)).unwrap();
        assert!(made.contains(words) && !made.contains("Bloggs"), "{made}");
        assert!(
            String::from_utf8(written(&text, kind, ReportFormat::Markdown, false))
                .unwrap()
                .contains("Bloggs")
        );
    }
}

/// What the shipped example says of what it leaves out.
#[test]
fn a_reader_is_told_what_is_withheld_and_why() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assessments/aldermoor/2023-24.yaml");
    let request = ReportRequest {
        public: true,
        ..ReportRequest::new(ReportKind::Letter, &path, ReportFormat::Html, "2024-06-01")
    };
    let outcome = report(&request);
    let report = outcome.value.unwrap_or_else(|| panic!("{:?}", outcome.diagnostics));
    let html = String::from_utf8(report.bytes).unwrap();
    assert!(html.contains("Score: withheld from this edition"));
    assert!(
        html.contains(
            "section 24 (national security). Decided by the Head of Community Safety, 13 May 2024."
        )
    );
    assert!(!html.contains("OFFICIAL") && html.contains("PUBLIC EDITION"));
    assert!(!html.contains("grooming"));
}
