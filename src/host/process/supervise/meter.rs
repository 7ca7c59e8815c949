//! What a program takes, by a cgroup or by looking at its processes.

use std::{io, time::Duration};

use rustix::process::Pid;

use super::{
    cpu::{children_cpu, own_cpu},
    gauge::Gauge,
    polling::Polling,
    trouble::{Figures, Pace, Trouble},
};
use crate::{
    differential::run::Program,
    host::process::cgroup::{CgroupLeaf, MemoryReading},
};

/// One of the two ways.
pub(super) enum MemoryMeter {
    Group(Box<MeteredGroup>),
    Polling(Polling),
}

impl MemoryMeter {
    pub(super) fn group(leaf: CgroupLeaf) -> Self {
        Self::Group(Box::new(MeteredGroup {
            leaf,
            gauge: Gauge::new(MemoryReading { program: 0, rest: 0 }, 0),
            usage: 0,
            skipped: 0,
            kills: 0,
            refusals: 0,
            cpu: None,
            own_cpu: Duration::ZERO,
            children_cpu: Duration::ZERO,
        }))
    }

    /// Sets the limits and starts new figures.
    pub(super) fn start(&mut self, program: &Program) -> io::Result<()> {
        match self {
            Self::Group(it) => it.start(program),
            Self::Polling(it) => {
                it.start(program);
                Ok(())
            }
        }
    }

    /// A program was started.
    pub(super) fn started(&self, pid: Pid) {
        match self {
            Self::Group(_) => {}
            Self::Polling(it) => it.started(pid),
        }
    }

    /// A look; says what is wrong, and how long it may be until the next one.
    pub(super) fn look(&mut self) -> io::Result<(Option<Trouble>, Pace)> {
        match self {
            Self::Group(it) => it.look(),
            Self::Polling(it) => Ok(it.look()),
        }
    }

    /// What is wrong now, without a look.
    pub(super) fn trouble(&self) -> io::Result<Option<Trouble>> {
        match self {
            Self::Group(it) => it.trouble(),
            Self::Polling(it) => Ok(it.trouble()),
        }
    }

    /// The figures, when nothing of the program is left.
    pub(super) fn end(&mut self) -> io::Result<Figures> {
        match self {
            Self::Group(it) => it.end(),
            Self::Polling(it) => Ok(it.end()),
        }
    }

    /// The processes in the slot's group, where there is one.
    pub(super) fn processes(&self) -> io::Result<Vec<Pid>> {
        match self {
            Self::Group(it) => it.leaf.processes(),
            Self::Polling(_) => Ok(Vec::new()),
        }
    }

    /// Lets nothing new start.
    pub(super) fn stop_new(&self) -> io::Result<()> {
        match self {
            Self::Group(it) => it.leaf.limit_tasks(0),
            Self::Polling(_) => Ok(()),
        }
    }
}

/// A slot's group, and the figures of the program in it.
pub(super) struct MeteredGroup {
    leaf: CgroupLeaf,
    gauge: Gauge,
    /// What was charged when the group was looked at closely.
    usage: u64,
    /// How often it was not since.
    skipped: u32,
    kills: u64,
    refusals: u64,
    cpu: Option<u64>,
    own_cpu: Duration,
    children_cpu: Duration,
}

impl MeteredGroup {
    fn start(&mut self, program: &Program) -> io::Result<()> {
        // files that earlier programs left in the page cache are not this one's, and are worth keeping, unless they fill much
        // of what it may have
        let much = program.memory_limit.map_or(u64::MAX, |it| it / 8);
        if self.leaf.usage()? > much {
            self.leaf.empty()?;
        }
        let now = self.leaf.reading()?;
        // this process is in the group as well
        self.leaf.limit_tasks(program.process_limit.saturating_add(1))?;
        self.leaf.limit_memory(program.memory_limit.map(|it| it.saturating_add(now.program)))?;
        self.kills = self.leaf.kills()?;
        self.refusals = self.leaf.refusals()?;
        self.cpu = self.leaf.cpu()?;
        self.own_cpu = own_cpu();
        if self.cpu.is_none() {
            self.children_cpu = children_cpu();
        }
        self.leaf.reset()?;
        self.usage = self.leaf.usage()?;
        self.skipped = 0;
        self.gauge = Gauge::new(now, self.usage);
        Ok(())
    }

    fn look(&mut self) -> io::Result<(Option<Trouble>, Pace)> {
        const EVERY: u32 = 16;
        let (peak, usage) = (self.leaf.peak()?, self.leaf.usage()?);
        self.skipped += 1;
        let mut pace = Pace::Slower;
        if self.skipped >= EVERY || self.gauge.is_due(peak, usage, self.usage) {
            let before = self.gauge;
            self.close_look()?;
            if before.hides(&self.gauge) {
                pace = Pace::Fast;
            }
        }
        Ok((self.trouble()?, pace))
    }

    fn close_look(&mut self) -> io::Result<()> {
        let now = self.leaf.reading()?;
        let peak = self.leaf.peak()?;
        self.leaf.reset()?;
        self.gauge.add(now, peak);
        self.usage = now.program + now.rest;
        self.skipped = 0;
        Ok(())
    }

    fn trouble(&self) -> io::Result<Option<Trouble>> {
        if self.leaf.kills()? > self.kills {
            return Ok(Some(Trouble::OutOfMemory));
        }
        Ok((self.leaf.refusals()? > self.refusals).then_some(Trouble::TooManyProcesses))
    }

    fn end(&mut self) -> io::Result<Figures> {
        self.close_look()?;
        let by_group = self.cpu.zip(self.leaf.cpu()?);
        let cpu = by_group.map_or_else(
            || children_cpu().saturating_sub(self.children_cpu),
            |(before, now)| {
                let own = own_cpu().saturating_sub(self.own_cpu);
                Duration::from_nanos(now.saturating_sub(before)).saturating_sub(own)
            },
        );
        Ok(Figures {
            program_kb: Some(self.gauge.program_kb()),
            charged_kb: Some(self.gauge.charged_kb()),
            cpu,
            is_out_of_memory: self.leaf.kills()? > self.kills,
        })
    }
}
