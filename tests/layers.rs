//! ARCHITECTURE.md says which module may import which; no other arrow exists.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The lines `module <- module, module` between the markers.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let part = text.split("<!-- arrows -->").nth(1).expect("ARCHITECTURE.md marks the arrows");
    part.lines()
        .filter_map(|line| line.split_once(" <- "))
        .map(|(to, from)| {
            let list = from.split(", ").map(str::trim).filter(|name| *name != "nothing").map(str::to_owned);
            (to.trim().to_owned(), list.collect())
        })
        .collect()
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The code without its tests: what stands before `#[cfg(test)]`.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("#[cfg(test)]").next().unwrap().to_owned()
}

#[test]
fn imports_run_only_along_the_arrows_of_the_architecture() {
    let allowed = allowed();
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    let mut wrong = Vec::new();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files {
        let module = module_of(&path);
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let arrows =
            allowed.get(&module).unwrap_or_else(|| panic!("ARCHITECTURE.md does not name `{module}`"));
        let text = code(&path);
        for (at, _) in text.match_indices("crate::") {
            let name: String =
                text[at + 7..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if name.is_empty() || name == module {
                continue;
            }
            used.entry(module.clone()).or_default().insert(name.clone());
            if !arrows.contains(&name) {
                wrong.push(format!("{} imports {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (module, arrows) in &allowed {
        let used = used.get(module).cloned().unwrap_or_default();
        let idle: Vec<_> = arrows.difference(&used).collect();
        assert!(idle.is_empty(), "ARCHITECTURE.md allows {module} to import {idle:?}, and it does not");
    }
}

#[test]
fn each_outside_crate_has_one_home() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let part = text.split("<!-- homes -->").nth(1).expect("ARCHITECTURE.md marks the homes");
    let homes: BTreeMap<String, BTreeSet<String>> = part
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|line| {
            let mut cells = line.split('|');
            let name = cells.next().unwrap().trim().trim_end_matches('`').replace('-', "_");
            let homes = cells
                .next()
                .unwrap()
                .split(',')
                .map(|home| home.trim().trim_matches('`').to_owned())
                .collect();
            (name, homes)
        })
        .collect();
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies: BTreeSet<String> = manifest
        .split("[dependencies]")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap()
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.trim().replace('-', "_")))
        .collect();
    assert_eq!(homes.keys().cloned().collect::<BTreeSet<_>>(), dependencies);
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    for path in files {
        let module = module_of(&path);
        let text = code(&path);
        for (name, homes) in &homes {
            let mentioned =
                [format!("use {name}::"), format!(" {name}::"), format!("({name}::"), format!("&{name}::")]
                    .iter()
                    .any(|form| text.contains(form.as_str()));
            assert!(!mentioned || homes.contains(&module), "{} uses {name}", path.display());
        }
    }
}
