//! What other programs make of the reports: `LibreOffice`, python-docx, poppler, and axe-core in Chromium.
//! Where one is not installed the test says so and passes; `.ci/run` installs what it can.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use prevent_benchmark::app::cohorts::{CohortReportRequest, cohort_report};
use prevent_benchmark::app::reports::{ReportFormat, ReportKind, ReportRequest, report};
use prevent_benchmark::document::{BlockKind, Format, read_document};

const LEICESTERSHIRE: &str = "assessments/leicestershire/2021-22.yaml";
const REGION: &str = "assessments/example-region";
const TEXT_REPORTS: [ReportKind; 8] = [
    ReportKind::Letter,
    ReportKind::Board,
    ReportKind::Summary,
    ReportKind::Plan,
    ReportKind::Log,
    ReportKind::Working,
    ReportKind::Region,
    ReportKind::History,
];

fn made(kind: ReportKind, format: ReportFormat) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if kind.is_of_many() {
        let paths = match kind {
            ReportKind::History => {
                vec![root.join(REGION).join("calderwick"), root.join(REGION).join("inglebeck")]
            }
            _ => vec![root.join(REGION)],
        };
        let (period, weights, date, today, language) = (None, None, None, "2024-07-01", None);
        let request =
            CohortReportRequest { kind, paths: &paths, format, period, weights, date, today, language };
        let outcome = cohort_report(&request, &|_, _| ());
        return outcome.value.unwrap_or_else(|| panic!("{:?}", outcome.diagnostics));
    }
    let path = root.join(LEICESTERSHIRE);
    let outcome = report(&ReportRequest::new(kind, &path, format, "2024-06-01"));
    outcome.value.unwrap_or_else(|| panic!("{:?}", outcome.diagnostics)).bytes
}

/// Whether a program is there; says so if it is not.
fn there(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: {program} {} is not installed", arguments.join(" "));
    }
    found
}

/// A text without its white space, so that lines may be broken differently.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The texts of a document's blocks, as our own reader finds them.
fn blocks(format: Format, bytes: &[u8]) -> Vec<(BlockKind, String)> {
    let document = read_document(format, bytes).unwrap();
    document.blocks.into_iter().map(|block| (block.kind, block.text)).collect()
}

/// A part of an archive.
fn part(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name(name).unwrap(), &mut out).unwrap();
    out
}

#[test]
fn the_chart_is_a_drawing_with_its_scores_in_words() {
    let word = made(ReportKind::Summary, ReportFormat::Docx);
    let text = String::from_utf8(part(&word, "word/document.xml")).unwrap();
    let open = made(ReportKind::Summary, ReportFormat::Odt);
    let other = String::from_utf8(part(&open, "content.xml")).unwrap();
    for said in ["7. Training: 3", "10. Communications: 2"] {
        assert!(text.contains("descr=\"") && text.contains(said), "{said}");
        assert!(other.contains("<svg:desc>") && other.contains(said), "{said}");
    }
    let drawing = part(&word, "word/media/chart0.emf");
    let units: Vec<u16> = drawing.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
    assert!(String::from_utf16_lossy(&units).contains("7. Training"));
    let svg = String::from_utf8(part(&open, "Pictures/chart0.svg")).unwrap();
    assert!(svg.contains(">7. Training</text>") && svg.contains("<title"));
}

#[test]
fn every_format_of_a_report_says_the_same() {
    for kind in TEXT_REPORTS {
        let word = blocks(Format::Docx, &made(kind, ReportFormat::Docx));
        let open = blocks(Format::Odt, &made(kind, ReportFormat::Odt));
        assert!(word.len() > 5 && word.iter().any(|(kind, _)| *kind == BlockKind::Heading));
        assert_eq!(word, open, "{}", kind.name());
        let page = blocks(Format::Html, &made(kind, ReportFormat::Html));
        let headings = |blocks: &[(BlockKind, String)]| -> Vec<String> {
            let headings = blocks.iter().filter(|(kind, _)| *kind == BlockKind::Heading);
            headings.map(|(_, text)| text.clone()).collect()
        };
        // In Word the title of a chart stands over its table as well.
        let mut in_word = headings(&word).into_iter();
        for heading in headings(&page) {
            assert!(in_word.any(|other| other == heading), "{}: {heading}", kind.name());
        }
    }
}

#[test]
fn the_same_report_has_the_same_bytes() {
    for format in [ReportFormat::Docx, ReportFormat::Odt, ReportFormat::Html] {
        assert_eq!(made(ReportKind::Board, format), made(ReportKind::Board, format));
    }
    assert_eq!(made(ReportKind::Scores, ReportFormat::Xlsx), made(ReportKind::Scores, ReportFormat::Xlsx));
}

#[test]
fn workbooks_open_again_with_all_their_rows() {
    for kind in [ReportKind::Plan, ReportKind::Log, ReportKind::Scores, ReportKind::Region] {
        let document = read_document(Format::Xlsx, &made(kind, ReportFormat::Xlsx)).unwrap();
        let rows = document.blocks.iter().filter(|block| block.kind == BlockKind::Row).count();
        assert!(rows > 10, "{}: {rows}", kind.name());
    }
}

/// Runs `LibreOffice` on a file; one at a time, each with settings of its own.
fn convert(folder: &Path, file: &Path, to: &str) -> PathBuf {
    let out = folder.join("out");
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", folder.join("settings").display()))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(&out)
        .arg(file)
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    out.join(file.file_stem().unwrap()).with_extension(to.split(':').next().unwrap())
}

#[test]
fn libreoffice_saves_a_report_again_with_the_same_text() {
    if !there("soffice", &["--version"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (format, as_document) in [(ReportFormat::Docx, Format::Docx), (ReportFormat::Odt, Format::Odt)] {
        let bytes = made(ReportKind::Letter, format);
        let file = folder.path().join(format!("letter.{}", format.name()));
        fs::write(&file, &bytes).unwrap();
        let again = fs::read(convert(folder.path(), &file, format.name())).unwrap();
        let text = |bytes: &[u8]| -> String {
            letters(&blocks(as_document, bytes).into_iter().map(|(_, text)| text).collect::<String>())
        };
        assert_eq!(text(&bytes), text(&again), "{}", format.name());
    }
    let file = folder.path().join("scores.xlsx");
    fs::write(&file, made(ReportKind::Scores, ReportFormat::Xlsx)).unwrap();
    let sheet = fs::read(convert(folder.path(), &file, "ods")).unwrap();
    assert!(blocks(Format::Ods, &sheet).len() > 10);
}

const SCRIPT: &str = r"
import docx, sys
document = docx.Document(sys.argv[1])
headings = [p for p in document.paragraphs if p.style.name.lower().startswith('heading')]
assert sum(p.style.name.lower() == 'heading 1' for p in headings) == 1, 'one heading of level 1'
assert len(headings) > 20 and len(document.tables) > 10
w = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
for table in document.tables:
    assert table.rows[0]._tr.find('.//' + w + 'tblHeader') is not None, 'a header row repeats'
assert document.core_properties.title and document.core_properties.language == 'en-GB'
section = document.sections[0]
assert 'OFFICIAL' in section.header.paragraphs[0].text
assert 'Page' in section.footer.paragraphs[1].text
";

#[test]
fn python_docx_sees_headings_header_rows_and_language() {
    if !there("python3", &["-c", "import docx"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.docx");
    fs::write(&file, made(ReportKind::Letter, ReportFormat::Docx)).unwrap();
    let output = Command::new("python3").args(["-c", SCRIPT]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_summary_is_one_page() {
    if !there("soffice", &["--version"]) || !there("pdfinfo", &["-v"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary.docx");
    fs::write(&file, made(ReportKind::Summary, ReportFormat::Docx)).unwrap();
    let pdf = convert(folder.path(), &file, "pdf");
    let output = Command::new("pdfinfo").arg(pdf).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.lines().any(|line| line.starts_with("Pages:") && line.trim_end().ends_with(" 1")), "{said}");
}

/// axe-core (`AXE`, or where `.ci/run` puts it) in headless Chromium finds nothing in any report.
#[test]
fn pages_pass_an_accessibility_checker() {
    let axe = std::env::var_os("AXE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/node_modules/axe-core/axe.min.js"),
        PathBuf::from,
    );
    if !axe.is_file() {
        eprintln!("skipped: axe-core is not at {}", axe.display());
        return;
    }
    if !there("chromium", &["--version"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let checker = fs::read_to_string(axe).unwrap();
    for kind in TEXT_REPORTS {
        let page = String::from_utf8(made(kind, ReportFormat::Html)).unwrap();
        let run = "<script>axe.run(document).then(r => { document.title = 'axe'; const p = document.createElement('pre'); p.id = 'axe-result'; p.textContent = 'AXE ' + r.violations.length + ' ' + r.passes.length + ' ' + r.violations.map(v => v.id).join(' ') + ' END'; document.body.append(p); });</script>";
        let page = page.replace("</body>", &format!("<script>{checker}</script>{run}</body>"));
        let file = folder.path().join(format!("{}.html", kind.name()));
        fs::write(&file, page).unwrap();
        let output = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
            ])
            .args([
                "--disable-component-update",
                "--disable-sync",
                "--virtual-time-budget=20000",
                "--dump-dom",
            ])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg(format!("file://{}", file.display()))
            .output()
            .unwrap();
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        let result = dom.rsplit("AXE ").next().and_then(|rest| rest.split(" END").next()).unwrap_or_default();
        let mut numbers = result.split(' ');
        assert_eq!(numbers.next(), Some("0"), "{}: {result:.300}", kind.name());
        assert!(
            numbers.next().and_then(|passed| passed.parse::<u32>().ok()).is_some_and(|passed| passed > 10)
        );
    }
}

/// Other programs on the PDFs: a checker of PDF/UA-1 (page-validation), and poppler.
#[cfg(feature = "pdf")]
mod pdf {
    use super::*;

    const CHECK: &str = r"
import page, sys
for path in sys.argv[1:]:
    report = page.validate_pdf(path)
    assert 'UA_1' in str(report.profile), report.profile
    assert report.is_compliant and report.rules.passed > 50, [f.message for f in report.failures]
";

    #[test]
    fn pdfs_pass_a_checker_of_accessibility() {
        if !there("python3", &["-c", "import page"]) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        for kind in TEXT_REPORTS {
            let file = folder.path().join(format!("{}.pdf", kind.name()));
            fs::write(&file, made(kind, ReportFormat::Pdf)).unwrap();
            let output = Command::new("python3").args(["-c", CHECK]).arg(&file).output().unwrap();
            assert!(output.status.success(), "{}: {}", kind.name(), String::from_utf8_lossy(&output.stderr));
        }
    }

    #[test]
    fn a_pdf_says_the_same_as_the_other_formats() {
        for kind in TEXT_REPORTS {
            let text = |format, bytes: &[u8]| -> String {
                letters(&blocks(format, bytes).into_iter().map(|(_, text)| text).collect::<String>())
            };
            let pdf = text(Format::Pdf, &made(kind, ReportFormat::Pdf));
            // A PDF breaks lines and hyphenates nothing; a sentence of each block is enough to find it.
            for (block, words) in blocks(Format::Docx, &made(kind, ReportFormat::Docx)) {
                if block != BlockKind::Row {
                    let start: String = letters(&words).chars().take(30).collect();
                    assert!(pdf.contains(&start), "{}: {start}", kind.name());
                }
            }
        }
    }

    #[test]
    fn the_same_pdf_has_the_same_bytes_and_the_summary_is_one_page() {
        assert_eq!(made(ReportKind::Letter, ReportFormat::Pdf), made(ReportKind::Letter, ReportFormat::Pdf));
        let document = read_document(Format::Pdf, &made(ReportKind::Summary, ReportFormat::Pdf)).unwrap();
        assert!(document.blocks.iter().all(|block| block.place.page == Some(1)));
    }

    #[test]
    fn what_a_statement_contains_is_text_in_a_pdf_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let hostile = "#read(\"/etc/passwd\") $x$ @ref <label> *b* \\ #panic() = h";
        let yaml = format!(
            "schema: assessment/1\narea: {{id: a, name: Anywhere}}\nperiod: 2021/22\nrubric: prevent-la-2021\nevidence:\n  - text: '{hostile}'\n    benchmark: 7\n    findings: [{{criterion: training.4.tailored, status: in-place}}]\n"
        );
        fs::write(&path, yaml).unwrap();
        let outcome = report(&ReportRequest::new(ReportKind::Letter, &path, ReportFormat::Pdf, "2024-06-01"));
        let bytes = outcome.value.unwrap().bytes;
        let text: String = blocks(Format::Pdf, &bytes).into_iter().map(|(_, text)| text).collect();
        assert!(letters(&text).contains("#read(\"/etc/passwd\")$x$@ref<label>*b*\\#panic()=h"), "{text}");
    }
}
