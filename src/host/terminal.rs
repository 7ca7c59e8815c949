//! Results to stdout, everything else to stderr.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::base::{
    printable,
    text::{Allowed, quoted_lines},
};

/// How much is said besides the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// What happens.
    Normal,
    /// What happens and why.
    Verbose,
}

/// The two streams.
#[derive(Debug, Clone)]
pub struct Terminal {
    verbosity: Verbosity,
    color: bool,
    colors_results: bool,
    /// Whether results go where everything else goes.
    is_aside: bool,
}

impl Terminal {
    /// `color` of none means: where stderr is a terminal, which is not `dumb`, and `NO_COLOR` is not set.
    pub fn new(verbosity: Verbosity, color: Option<bool>) -> Self {
        let is_refused =
            super::environment("NO_COLOR").is_some() || super::environment("TERM").is_some_and(|it| it == "dumb");
        let wanted = |is_terminal: bool| is_terminal && !is_refused;
        Self {
            verbosity,
            color: color.unwrap_or_else(|| wanted(io::stderr().is_terminal())),
            colors_results: color.unwrap_or_else(|| wanted(io::stdout().is_terminal())),
            is_aside: false,
        }
    }

    /// The same for a run within a run: its results are progress here.
    #[must_use]
    pub fn aside(&self) -> Self {
        Self { is_aside: true, ..self.clone() }
    }

    /// Writes a result. A reader that has gone away ends the run quietly, as in any pipe.
    pub fn result(&self, text: &str) -> io::Result<()> {
        if self.is_aside {
            self.notes(text);
            return Ok(());
        }
        super::guard::prints();
        self.last_result(text)
    }

    /// The same for the one thread that ends the run, behind which nothing else is printed.
    pub fn last_result(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Whether everything is to be said.
    pub fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// Whether results go to a terminal, where somebody looks at them.
    pub fn shows_results(&self) -> bool {
        self.is_aside || io::stdout().is_terminal()
    }

    /// Whether what goes to stderr may be coloured.
    pub fn colors_messages(&self) -> bool {
        self.color
    }

    /// Says a text of the program's own, with the colours that it has.
    pub fn own_text(text: &str) {
        // stderr that is closed leaves nobody to tell
        drop(write!(io::stderr().lock(), "{text}"));
    }

    /// Whether results may be coloured.
    pub fn colors_results(&self) -> bool {
        self.colors_results
    }

    /// Says what happens.
    pub fn note(&self, text: &str) {
        self.say(Verbosity::Normal, &line(text));
    }

    /// Says what happens in lines of its own, each of which its maker has quoted.
    pub fn notes(&self, text: &str) {
        self.say(Verbosity::Normal, &quoted_lines(text.trim_end(), Allowed::default()));
    }

    /// Says why.
    pub fn detail(&self, text: &str) {
        self.say(Verbosity::Verbose, &line(text));
    }

    /// Warns.
    pub fn warn(&self, text: &str) {
        self.say(Verbosity::Normal, &format!("{} {}", self.paint("33;1", "warning:"), line(text)));
    }

    /// Reports the error that ended the run.
    pub fn error(&self, message: &str, details: &[String], hint: Option<&str>) {
        let mut text = format!("{} {}", self.paint("31;1", "error:"), line(message));
        for detail in details {
            text += &format!("\n  {}", line(detail));
        }
        if let Some(hint) = hint {
            text += &format!("\n{} {}", self.paint("36;1", "hint:"), line(hint));
        }
        self.say(Verbosity::Quiet, &text);
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn say(&self, level: Verbosity, text: &str) {
        if self.verbosity >= level {
            // stderr that is closed leaves nobody to tell
            drop(writeln!(io::stderr().lock(), "{text}"));
        }
    }

    /// A line that tells how many of `count` are done, where somebody watches.
    pub fn counter(&self, count: usize) -> ProgressBar {
        if self.verbosity == Verbosity::Quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(count as u64);
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {msg} {eta} left") {
            bar.set_style(style);
        }
        bar
    }

    /// Says what is done now, for as long as the stage lives: a line that moves where somebody watches, and a plain one where there
    /// is no terminal.
    pub fn stage(&self, what: &str) -> Stage {
        if self.verbosity == Verbosity::Quiet || !io::stderr().is_terminal() {
            self.note(what);
            return Stage(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        bar.set_message(line(what));
        bar.enable_steady_tick(Duration::from_millis(100));
        Stage(bar)
    }

    /// A bar for a download of `length` bytes, where somebody watches; a line for a long one where there is no terminal.
    pub fn bar(&self, what: &str, length: Option<u64>) -> ProgressBar {
        if self.verbosity == Verbosity::Quiet || !io::stderr().is_terminal() {
            if let Some(length) = length.filter(|it| *it >= LONG) {
                self.note(&format!("downloading {what}, {} MiB", length >> 20));
            }
            return ProgressBar::hidden();
        }
        let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let style = ProgressStyle::with_template("{msg} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_message(line(what));
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// A download of so many bytes is told.
const LONG: u64 = 1 << 20;

/// What is done now. Its line goes with it.
#[derive(Debug)]
pub struct Stage(ProgressBar);

impl Drop for Stage {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What is said, in one line: words of others in it, such as a server's or an archive's, command no terminal, and begin no line of
/// their own.
fn line(text: &str) -> String {
    quoted_lines(&printable(text), Allowed::default())
}
