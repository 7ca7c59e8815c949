//! What a program prints, passed on as it comes.

use std::{
    fs::File,
    io::{self, Read as _, Write},
    os::fd::OwnedFd,
};

use crate::host::process::wire;

/// One of its two streams.
pub(super) struct OutputStream {
    /// None when nobody has the other end any more.
    pub(super) file: Option<File>,
    /// How much more is passed on.
    left: u64,
    pub(super) is_cut: bool,
    is_stdout: bool,
}

impl OutputStream {
    pub(super) fn new(file: OwnedFd, is_stdout: bool, limit: u64) -> Self {
        Self { file: Some(file.into()), left: limit, is_cut: false, is_stdout }
    }

    /// Reads once, which does not wait where something is there, and passes on what may be.
    pub(super) fn take(&mut self, piece: &mut [u8], to: &mut impl Write) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let count = match file.read(piece) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error),
        };
        if count == 0 {
            self.file = None;
            return Ok(());
        }
        let kept = usize::try_from(self.left).map_or(count, |it| it.min(count));
        self.is_cut |= kept < count;
        self.left -= kept as u64;
        if kept == 0 { Ok(()) } else { wire::send_output(to, self.is_stdout, &piece[..kept]) }
    }
}
