//! `cargo bench --bench scale`: what the README says about speed, measured.
//!
//! Whole processes are timed in turn with an empty program, so that the ratio holds on a noisy
//! machine. The files at scale are made from the shipped assessments. If `check-jsonschema` is
//! installed (`pip install check-jsonschema`), it validates the same files in the same run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use prevent_benchmark::app;
use prevent_benchmark::matching::{Stands, load_matcher};
use prevent_benchmark::rubric::load_rubric;
use prevent_benchmark::store;

const RUNS: usize = 31;
const AREAS: usize = 350;
const YEARS: usize = 5;
const MOST_STATEMENTS: usize = 10_000;

fn main() {
    // `cargo test --benches` passes `--test`; there is nothing to test here.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    processes(folder.path());
    let files = generate(&folder.path().join("assessments"));
    scale(&files);
    matching(folder.path());
    beside_check_jsonschema(&files, folder.path());
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the command starts");
    let took = start.elapsed();
    assert!(status.success(), "{command:?} failed");
    took
}

/// `score` and `report letter` as whole processes, each run in turn with an empty program.
fn processes(folder: &Path) {
    let source = folder.join("empty.rs");
    let empty = folder.join("empty");
    fs::write(&source, "fn main() {}\n").expect("the source is written");
    let built = Command::new("rustc").args(["-O", "-o"]).arg(&empty).arg(&source).status();
    assert!(built.is_ok_and(|status| status.success()), "rustc builds an empty program");
    let program = env!("CARGO_BIN_EXE_prevent-benchmark");
    let assessment = "assessments/leicestershire/2021-22.yaml";
    println!("whole process, median of {RUNS}, in turn with an empty program");
    for args in [
        vec!["score", assessment],
        vec!["score", assessment, "--format", "json"],
        vec!["report", "letter", assessment],
        vec!["report", "letter", assessment, "--format", "html"],
        vec!["match", "tests/gold/one-statement.txt"],
    ] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            ours.push(time(Command::new(program).current_dir(env!("CARGO_MANIFEST_DIR")).args(&args)));
            theirs.push(time(&mut Command::new(&empty)));
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!(
            "  {:<62} {:>7.2} ms, {:>4.1} times an empty program's {:.2} ms",
            args.join(" "),
            ours.as_secs_f64() * 1e3,
            ours.as_secs_f64() / theirs.as_secs_f64(),
            theirs.as_secs_f64() * 1e3
        );
    }
}

/// One file an area and year, made from the shipped ones.
fn generate(folder: &Path) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("a shipped assessment");
    let models = [
        (read("assessments/leicestershire/2021-22.yaml"), "id: leicestershire", "period: 2021/22"),
        (read("assessments/aldermoor/2023-24.yaml"), "id: aldermoor", "period: 2023/24"),
    ];
    let mut files = Vec::new();
    for area in 0..AREAS {
        for year in 0..YEARS {
            let (text, id, period) = &models[(area + year) % models.len()];
            let begins = 2015 + year;
            let text = text.replacen(id, &format!("id: area-{area}"), 1).replacen(
                period,
                &format!("period: {begins}/{:02}", (begins + 1) % 100),
                1,
            );
            let path = folder.join(format!("area-{area}/{begins}.yaml"));
            fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
            fs::write(&path, text).expect("the file is written");
            files.push(path);
        }
    }
    files
}

fn scale(files: &[PathBuf]) {
    let bytes: u64 = files.iter().map(|path| fs::metadata(path).map_or(0, |metadata| metadata.len())).sum();
    println!("\nchecking and scoring in one process ({} files, {:.1} MB in all)", files.len(), mb(bytes));
    for count in [10, 100, 500, files.len()] {
        let times: Vec<Duration> = (0..5)
            .map(|_| {
                let start = Instant::now();
                let outcome = app::check(&files[..count]);
                assert!(outcome.value.is_some_and(|checked| checked.files == count));
                start.elapsed()
            })
            .collect();
        let took = median(times);
        println!(
            "  {count:>5} files {:>8.1} ms, {:>5.0} microseconds a file",
            took.as_secs_f64() * 1e3,
            took.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).expect("a small number"))
        );
    }
    match peak_memory() {
        Some(peak) => println!("  peak memory of this process {peak} MB"),
        None => println!("  peak memory is not known on this system"),
    }
}

/// Statements matched on one core, after start; the start itself; and scikit-learn's nearest clause on
/// the same statements.
fn matching(folder: &Path) {
    let files = store::builtin_rubric(app::DEFAULT_RUBRIC).expect("the built-in rubric");
    let compiled = files.compiled(app::DEFAULT_RUBRIC).expect("its compiled form");
    let (rubric, _) = load_rubric(&files.folder, &files.sources);
    let rubric = rubric.expect("the built-in rubric is sound");
    let start = || load_matcher(&rubric, compiled.matcher).expect("the compiled matcher is the rubric's");
    let starts = (0..11).map(|_| {
        let from = Instant::now();
        drop(start());
        from.elapsed()
    });
    println!("\nmatching, on one core");
    println!("  start (matcher ready)      {:>8.1} ms", median(starts.collect()).as_secs_f64() * 1e3);
    let matcher = start();
    // Statements as officers write them, made longer than the set that teaches by changing a number.
    let statements: Vec<String> = (0..MOST_STATEMENTS)
        .map(|at| {
            // Not one benchmark after the other: 37 and the number of statements have no common divisor.
            let text = &rubric.statements[at * 37 % rubric.statements.len()].text;
            format!("{text} ({})", at / rubric.statements.len())
        })
        .collect();
    for count in [100, 1_000, MOST_STATEMENTS] {
        let times = (0..5).map(|_| {
            let from = Instant::now();
            let found: usize = statements[..count]
                .iter()
                .map(|text| matcher.match_statement(text, Stands::Alone).findings.len())
                .sum();
            assert!(found > count / 2);
            from.elapsed()
        });
        let took = median(times.collect()).as_secs_f64();
        let each = took * 1e6 / f64::from(u32::try_from(count).expect("a small number"));
        println!("  {count:>6} statements {:>16.1} ms, {each:>5.1} microseconds a statement", took * 1e3);
    }
    let data = serde_json::json!({
        "clauses": rubric.criteria.iter().map(|criterion| &criterion.text).collect::<Vec<_>>(),
        "statements": statements,
    });
    let path = folder.join("statements.json");
    fs::write(&path, data.to_string()).expect("the statements are written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/nearest_clause.py");
    let python = Command::new("python3").arg(script).arg(&path).output();
    match python.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()) {
        Ok(said) if !said.trim().is_empty() => {
            println!(
                "  scikit-learn's nearest clause, same statements: seconds to learn, to match, count: {}",
                said.trim()
            );
        }
        _ => println!("  skipped: python3 with scikit-learn is not installed (pip install scikit-learn)"),
    }
}

fn mb(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).expect("a few megabytes")) / 1e3
}

/// The largest resident size so far, in megabytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

fn beside_check_jsonschema(files: &[PathBuf], folder: &Path) {
    println!("\nvalidation beside check-jsonschema, same files, same run");
    let found = Command::new("check-jsonschema").arg("--version").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        println!("  skipped: check-jsonschema is not installed (pip install check-jsonschema)");
        return;
    }
    let schema = folder.join("assessment.schema.json");
    let (_, format) = app::FORMATS[0];
    fs::write(&schema, app::schema_text(format.json_schema())).expect("the schema is written");
    for count in [10, 200] {
        let theirs =
            time(Command::new("check-jsonschema").arg("--schemafile").arg(&schema).args(&files[..count]));
        let ours = median(
            (0..5)
                .map(|_| {
                    let program = env!("CARGO_BIN_EXE_prevent-benchmark");
                    time(Command::new(program).arg("check").args(&files[..count]))
                })
                .collect(),
        );
        println!(
            "  {count:>4} files: ours {:.1} ms (and scored), check-jsonschema {:.0} ms: {:.0} times",
            ours.as_secs_f64() * 1e3,
            theirs.as_secs_f64() * 1e3,
            theirs.as_secs_f64() / ours.as_secs_f64()
        );
    }
    let bad = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad/assessment");
    for name in ["duplicates.yaml", "unknown-references.yaml"] {
        let path = bad.join(name);
        let theirs = Command::new("check-jsonschema")
            .arg("--schemafile")
            .arg(&schema)
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("check-jsonschema runs");
        let ours = app::check(std::slice::from_ref(&path)).diagnostics.len();
        let verdict = if theirs.success() { "finds nothing" } else { "fails" };
        println!("  {name}: ours finds {ours} problems, check-jsonschema {verdict}");
    }
}
