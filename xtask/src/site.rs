//! `cargo xtask site`: the documentation as a web site, in `target/site`.
//!
//! The pages are the Markdown files that `docs/SUMMARY.md` lists: those of `docs`, and others of the repository. mdBook
//! makes the site of a copy in which no link leads outside. It is installed from PyPI, in seconds: building it takes
//! minutes.

mod copy;
mod dead;
mod links;
mod summary;

use std::process::Command;

use crate::{Result, command, docs, python, root, target};

pub(crate) use summary::missing_pages;

/// The version of mdBook, with the digests of its packages.
const PROGRAMS: &str = "xtask/src/site/programs.txt";

pub(crate) fn run() -> Result<()> {
    docs::check_command_line()?;
    let root = root()?;
    let programs = python::environment_of("site", &root.join(PROGRAMS))?;
    let source = target()?.join("site-source");
    let site = target()?.join("site");
    for folder in [&source, &site] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
    }
    let pages = copy::copy(&root, &source)?;
    let mut build = Command::new(programs.join("mdbook"));
    build.env("RUST_LOG", "warn").arg("build").arg(&source).arg("--dest-dir").arg(&site);
    command::run(build)?;
    let links = dead::check(&site)?;
    println!("{pages} pages, {links} links that lead somewhere: {}", site.join("index.html").display());
    Ok(())
}
