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

const RUNS: usize = 31;
const AREAS: usize = 350;
const YEARS: usize = 5;

fn main() {
    // `cargo test --benches` passes `--test`; there is nothing to test here.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    processes(folder.path());
    let files = generate(&folder.path().join("assessments"));
    scale(&files);
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
