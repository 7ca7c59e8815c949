//! What a slot and its supervisor tell each other: frames of a length, a tag and fields.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::PathBuf,
    time::Duration,
};

use crate::differential::run::{Ended, Program};

/// The longest frame: command lines and environments are far shorter, and output comes in pieces.
const LONGEST: usize = 64 << 20;

/// What a supervisor says.
#[derive(Debug)]
pub(super) enum SupervisorMessage {
    /// It is where it should be and takes programs.
    Ready,
    /// A piece of stdout.
    Out(Vec<u8>),
    /// A piece of stderr.
    Err(Vec<u8>),
    /// The program is gone, with all that it started.
    Done(ProgramEnd),
    /// The supervisor cannot do its work.
    Failed(String),
}

/// How a program ended, and what it took.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ProgramEnd {
    pub(super) ended: Ended,
    pub(super) stdout_cut: bool,
    pub(super) stderr_cut: bool,
    pub(super) program_kb: Option<u64>,
    pub(super) charged_kb: Option<u64>,
    pub(super) time: Duration,
    pub(super) cpu: Duration,
    pub(super) may_have_filled_a_file: bool,
    pub(super) strays: u32,
}

/// Sends a program to a supervisor.
pub(super) fn send_program(to: &mut impl Write, it: &Program) -> io::Result<()> {
    let mut frame = Frame::new(0);
    frame.list(it.argv.iter().map(|it| it.as_bytes()));
    frame.bytes(it.cwd.as_os_str().as_bytes());
    frame.list(it.env.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
    frame.duration(it.timeout);
    frame.option(it.memory_limit);
    frame.number(it.output_limit);
    frame.option(it.file_limit);
    frame.option(it.disk_limit);
    frame.number(it.process_limit.into());
    frame.number(it.most_open_files.into());
    frame.send(to)
}

/// Takes the next program; none where nobody is left who would send one.
pub(super) fn receive_program(from: &mut impl Read) -> io::Result<Option<Program>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut frame = vec![0; checked(length)?];
    from.read_exact(&mut frame)?;
    let mut fields = WireFields(frame.get(1..).unwrap_or_default());
    let argv = fields.list()?.into_iter().map(OsString::from_vec).collect();
    let cwd = PathBuf::from(OsString::from_vec(fields.bytes()?.to_vec()));
    let mut words = fields.list()?.into_iter().map(OsString::from_vec);
    let mut env = Vec::new();
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        env.push((name, value));
    }
    Ok(Some(Program {
        argv,
        cwd,
        env,
        timeout: fields.duration()?,
        memory_limit: fields.option()?,
        output_limit: fields.number()?,
        file_limit: fields.option()?,
        disk_limit: fields.option()?,
        process_limit: u32::try_from(fields.number()?).unwrap_or(u32::MAX),
        most_open_files: fields.number()? != 0,
    }))
}

const READY: u8 = 1;
const OUT: u8 = 2;
const ERR: u8 = 3;
const DONE: u8 = 4;
const FAILED: u8 = 5;

/// Sends a piece of output.
pub(super) fn send_output(to: &mut impl Write, is_stdout: bool, piece: &[u8]) -> io::Result<()> {
    let mut frame = Frame::new(if is_stdout { OUT } else { ERR });
    frame.0.extend_from_slice(piece);
    frame.send(to)
}

/// Says that programs are taken.
pub(super) fn send_ready(to: &mut impl Write) -> io::Result<()> {
    Frame::new(READY).send(to)
}

/// Says what went wrong.
pub(super) fn send_failure(to: &mut impl Write, words: &str) -> io::Result<()> {
    let mut frame = Frame::new(FAILED);
    frame.0.extend_from_slice(words.as_bytes());
    frame.send(to)
}

/// Says how a program ended.
pub(super) fn send_done(to: &mut impl Write, it: &ProgramEnd) -> io::Result<()> {
    let mut frame = Frame::new(DONE);
    let (kind, value, words) = match &it.ended {
        Ended::Exited(code) => (0, *code, ""),
        Ended::Signalled(signal) => (1, *signal, ""),
        Ended::TimedOut => (2, 0, ""),
        Ended::OutOfMemory => (3, 0, ""),
        Ended::TooManyProcesses => (4, 0, ""),
        Ended::OutputLimit => (5, 0, ""),
        Ended::FileLimit => (6, 0, ""),
        Ended::NotStarted(why) => (7, 0, why.as_str()),
    };
    frame.number(kind);
    frame.number(u64::from(value.cast_unsigned()));
    frame.bytes(words.as_bytes());
    frame.number(u64::from(it.stdout_cut));
    frame.number(u64::from(it.stderr_cut));
    frame.option(it.program_kb);
    frame.option(it.charged_kb);
    frame.duration(it.time);
    frame.duration(it.cpu);
    frame.number(it.may_have_filled_a_file.into());
    frame.number(it.strays.into());
    frame.send(to)
}

/// The first frame of `bytes` and its length; none where it is not all there yet.
pub(super) fn first(bytes: &[u8]) -> io::Result<Option<(SupervisorMessage, usize)>> {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return Ok(None) };
    let length = checked(*length)?;
    let Some(frame) = rest.get(..length) else { return Ok(None) };
    let Some((tag, body)) = frame.split_first() else { return Err(broken()) };
    let said = match *tag {
        READY => SupervisorMessage::Ready,
        OUT => SupervisorMessage::Out(body.to_vec()),
        ERR => SupervisorMessage::Err(body.to_vec()),
        DONE => SupervisorMessage::Done(done(body)?),
        FAILED => SupervisorMessage::Failed(String::from_utf8_lossy(body).into_owned()),
        _ => return Err(broken()),
    };
    Ok(Some((said, 4 + length)))
}

fn done(body: &[u8]) -> io::Result<ProgramEnd> {
    let mut fields = WireFields(body);
    let (kind, value) = (fields.number()?, fields.number()?);
    let value = u32::try_from(value).map_err(|_| broken())?.cast_signed();
    let words = String::from_utf8_lossy(fields.bytes()?).into_owned();
    let ended = match kind {
        0 => Ended::Exited(value),
        1 => Ended::Signalled(value),
        2 => Ended::TimedOut,
        3 => Ended::OutOfMemory,
        4 => Ended::TooManyProcesses,
        5 => Ended::OutputLimit,
        6 => Ended::FileLimit,
        7 => Ended::NotStarted(words),
        _ => return Err(broken()),
    };
    Ok(ProgramEnd {
        ended,
        stdout_cut: fields.number()? != 0,
        stderr_cut: fields.number()? != 0,
        program_kb: fields.option()?,
        charged_kb: fields.option()?,
        time: fields.duration()?,
        cpu: fields.duration()?,
        may_have_filled_a_file: fields.number()? != 0,
        strays: u32::try_from(fields.number()?).map_err(|_| broken())?,
    })
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a message between molt-sync's processes is broken")
}

fn checked(length: [u8; 4]) -> io::Result<usize> {
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(|_| broken())?;
    if length == 0 || length > LONGEST { Err(broken()) } else { Ok(length) }
}

struct Frame(Vec<u8>);

impl Frame {
    fn new(tag: u8) -> Self {
        Self(vec![0, 0, 0, 0, tag])
    }

    fn number(&mut self, it: u64) {
        self.0.extend_from_slice(&it.to_le_bytes());
    }

    fn option(&mut self, it: Option<u64>) {
        self.number(u64::from(it.is_some()));
        self.number(it.unwrap_or_default());
    }

    fn duration(&mut self, it: Duration) {
        self.number(u64::try_from(it.as_nanos()).unwrap_or(u64::MAX));
    }

    fn bytes(&mut self, it: &[u8]) {
        self.number(it.len() as u64);
        self.0.extend_from_slice(it);
    }

    fn list<'a>(&mut self, it: impl Iterator<Item = &'a [u8]>) {
        let start = self.0.len();
        self.number(0);
        let mut count = 0_u64;
        for part in it {
            self.bytes(part);
            count += 1;
        }
        self.0[start..start + 8].copy_from_slice(&count.to_le_bytes());
    }

    fn send(mut self, to: &mut impl Write) -> io::Result<()> {
        let length = self.0.len() - 4;
        if length > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "its arguments and its environment are too long"));
        }
        let length = u32::try_from(length).map_err(|_| broken())?;
        self.0[..4].copy_from_slice(&length.to_le_bytes());
        to.write_all(&self.0)?;
        to.flush()
    }
}

struct WireFields<'a>(&'a [u8]);

impl<'a> WireFields<'a> {
    fn number(&mut self) -> io::Result<u64> {
        let (value, rest) = self.0.split_first_chunk::<8>().ok_or_else(broken)?;
        self.0 = rest;
        Ok(u64::from_le_bytes(*value))
    }

    fn option(&mut self) -> io::Result<Option<u64>> {
        let is_there = self.number()? != 0;
        let value = self.number()?;
        Ok(is_there.then_some(value))
    }

    fn duration(&mut self) -> io::Result<Duration> {
        self.number().map(Duration::from_nanos)
    }

    fn bytes(&mut self) -> io::Result<&'a [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| broken())?;
        let (value, rest) = self.0.split_at_checked(length).ok_or_else(broken)?;
        self.0 = rest;
        Ok(value)
    }

    fn list(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let count = self.number()?;
        // nothing is set aside for a count that nothing backs
        (0..count).map(|_| self.bytes().map(<[u8]>::to_vec)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_program_arrives_as_it_was_sent() {
        let word = |it: &[u8]| OsString::from_vec(it.to_vec());
        let program = Program {
            argv: vec![word(b"a b"), word(b""), word(b"\xff\n")],
            cwd: PathBuf::from("/x y"),
            env: vec![(word(b"A"), word(b"=\xfe")), (word(b"B"), word(b""))],
            timeout: Duration::from_millis(1500),
            memory_limit: Some(7),
            output_limit: u64::MAX,
            file_limit: None,
            disk_limit: Some(0),
            process_limit: 3,
            most_open_files: true,
        };
        let mut bytes = Vec::new();
        send_program(&mut bytes, &program).unwrap();
        let arrived = receive_program(&mut &*bytes).unwrap().unwrap();
        assert_eq!(format!("{arrived:?}"), format!("{program:?}"));
        assert!(receive_program(&mut &b""[..]).unwrap().is_none());
        assert!(receive_program(&mut &bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn every_end_arrives_as_it_was_sent() {
        for ended in [
            Ended::Exited(-1),
            Ended::Signalled(9),
            Ended::TimedOut,
            Ended::OutOfMemory,
            Ended::TooManyProcesses,
            Ended::OutputLimit,
            Ended::FileLimit,
            Ended::NotStarted("no such program".into()),
        ] {
            let done = ProgramEnd {
                ended,
                stdout_cut: true,
                stderr_cut: false,
                program_kb: Some(5),
                charged_kb: None,
                time: Duration::from_nanos(1),
                cpu: Duration::from_secs(2),
                may_have_filled_a_file: true,
                strays: 4,
            };
            let mut bytes = Vec::new();
            send_done(&mut bytes, &done).unwrap();
            let Some((SupervisorMessage::Done(arrived), length)) = first(&bytes).unwrap() else { panic!("{bytes:?}") };
            assert_eq!((arrived, length), (done, bytes.len()));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_taken_for_more_than_they_are(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(first(&bytes));
            drop(receive_program(&mut &*bytes));
        }
    }
}
