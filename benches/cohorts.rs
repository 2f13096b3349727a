//! `cargo bench --bench cohorts`: comparing, moderating and tracking at scale, as the README says.
//!
//! The files are made from the fictional region: 348 areas (the principal authorities of England and Wales), as many
//! years as are needed, three raters. Beside it in the same run, if `python3` has pandas, `PyYAML` and scikit-learn: the
//! table of medians and the kappa of the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use prevent_benchmark::app::cohorts::{CompareRequest, compare_areas, moderate_raters, track_areas};

const AREAS: usize = 348;
const YEARS: usize = 10;
const MOST: usize = 10_000;
const RUNS: usize = 3;
const TODAY: &str = "2035-06-01";

fn main() {
    // `cargo test --benches` passes `--test`; there is nothing to test here.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = generate(folder.path());
    let all = AREAS * YEARS;
    println!("{AREAS} areas by {YEARS} years by 3 raters: {all} assessments");
    measure(&files[..all]);
    beside_pandas(&files[..all], folder.path());
    println!("\nin proportion to size");
    for count in [10, 100, 1_000, MOST] {
        measure(&files[..count]);
    }
    match peak_memory() {
        Some(peak) => println!("peak memory of this process {peak} MB"),
        None => println!("peak memory is not known on this system"),
    }
}

fn nothing(_: usize, _: usize) {}

fn measure(files: &[PathBuf]) {
    let commands: [(&str, &dyn Fn() -> bool); 3] = [
        ("compare", &|| {
            let request = CompareRequest { paths: files, ..CompareRequest::default() };
            compare_areas(&request, &nothing).value.is_some()
        }),
        ("moderate", &|| moderate_raters(files, None, &nothing).value.is_some()),
        ("track", &|| track_areas(files, None, TODAY, &nothing).value.is_some()),
    ];
    let took = commands.map(|(name, run)| {
        let mut times: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                assert!(run(), "{name} gives a result");
                start.elapsed()
            })
            .collect();
        times.sort();
        format!("{name} {:>7.3} s", times[RUNS / 2].as_secs_f64())
    });
    println!("  {:>6} assessments: {}", files.len(), took.join(", "));
}

/// One file an area and year, made from those of the region: year after year, all areas of each.
fn generate(folder: &Path) -> Vec<PathBuf> {
    let region = Path::new(env!("CARGO_MANIFEST_DIR")).join("assessments/example-region");
    let mut models: Vec<(String, String, String)> = Vec::new();
    let mut areas: Vec<PathBuf> =
        fs::read_dir(region).expect("the region").flatten().map(|entry| entry.path()).collect();
    areas.sort();
    for area in areas {
        let mut years: Vec<PathBuf> =
            fs::read_dir(&area).expect("an area").flatten().map(|e| e.path()).collect();
        years.sort();
        for year in years {
            let text = fs::read_to_string(&year).expect("a shipped assessment");
            let id = area.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            let period = text.lines().find(|line| line.starts_with("period:")).expect("a period").to_owned();
            models.push((with_third_rater(&text), format!("id: {id}"), period));
        }
    }
    let mut files = Vec::new();
    for year in 0..MOST.div_ceil(AREAS) {
        for area in 0..AREAS {
            let (text, id, period) = &models[(area * 7 + year) % models.len()];
            let begins = 2005 + year;
            let text = text.replacen(id.as_str(), &format!("id: area-{area}"), 1).replacen(
                period.as_str(),
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

/// A peer who agrees with the adviser three times out of four, and the year before not named.
fn with_third_rater(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2_000);
    let has_peer = text.contains("by: peer");
    for (at, line) in text.lines().filter(|line| !line.starts_with("previous:")).enumerate() {
        out.push_str(line);
        out.push('\n');
        if has_peer || !line.contains("by: adviser") {
            continue;
        }
        let number =
            |key: &str| -> Option<u32> { line.split_once(key)?.1.trim_start().chars().next()?.to_digit(10) };
        let benchmark = line.split_once("benchmark: ").and_then(|(_, rest)| rest.split(',').next());
        if let (Some(benchmark), Some(level)) = (benchmark, number("level:")) {
            let level = if at % 4 == 0 { (level % 5) + 1 } else { level };
            out.push_str(&format!(
                "  - {{benchmark: {benchmark}, level: {level}, by: peer, reason: As read at the peer review.}}\n"
            ));
        }
    }
    out
}

fn beside_pandas(files: &[PathBuf], folder: &Path) {
    let list = folder.join("files.txt");
    let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    fs::write(&list, names.join("\n")).expect("the list is written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/pandas_table.py");
    let python = Command::new("python3").arg(script).arg(&list).output();
    match python.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()) {
        Ok(said) if !said.trim().is_empty() => {
            println!("  pandas, PyYAML and scikit-learn, the judgements of the same files: {}", said.trim());
        }
        _ => println!("  skipped: python3 lacks pandas, PyYAML or scikit-learn (pip install them)"),
    }
}

/// The largest resident size so far, in megabytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}
