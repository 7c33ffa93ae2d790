//! What `ask`, `chat` and `batch` have in common: their options, and an engine with a package in it.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use pollster::block_on;
use roi_engine::{
    CancelFlag, Engine, Host, KERNELS, Likelihood, Question, check_boxes, picture_size,
};
use roi_platform::{DevicePreference, Package, now_ms, open_device};
use roi_protocol::{
    Answer, BoxPx, Compat, DeviceInfo, DeviceLimits, Event, GenerateOptions, PictureSize, Turn,
};

#[cfg(test)]
mod tests;

/// Which model, and where it runs.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArgs {
    /// Folder of the package, as `roichat convert` writes it. The default is the small model of this repository, seen from
    /// its root.
    #[arg(long, value_name = "PKG", default_value = "models/demo")]
    pub(crate) model: PathBuf,
    /// gpu: any adapter, one in software too; cpu: the processor; auto: a hardware GPU, else the processor.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub(crate) device: DevicePreference,
}

/// How answers are generated.
#[derive(Debug, clap::Args)]
pub(crate) struct GenerateArgs {
    /// At most this many new tokens.
    #[arg(long, value_name = "N", default_value_t = 1024)]
    max_new_tokens: u32,
    /// 0 takes the likeliest token each time.
    #[arg(long, value_name = "T", default_value_t = 0.0)]
    temperature: f32,
    /// Sample among this many of the likeliest tokens, 64 at most; 0 means 64.
    #[arg(long, value_name = "K", default_value_t = 50)]
    top_k: u32,
    /// Sample among the likeliest tokens whose probabilities add up to this.
    #[arg(long, value_name = "P", default_value_t = 1.0)]
    top_p: f32,
    /// Seed of the sampler.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Go on past `###` and the end-of-sequence token.
    #[arg(long)]
    ignore_stop: bool,
    /// Bind boxes as the original demo does: the k-th region mentioned gets the k-th box, whatever its number.
    #[arg(long)]
    compat: bool,
}

impl GenerateArgs {
    pub(crate) fn options(&self) -> GenerateOptions {
        GenerateOptions {
            max_new_tokens: self.max_new_tokens,
            temperature: self.temperature,
            top_k: self.top_k,
            top_p: self.top_p,
            seed: self.seed,
            ignore_stop: self.ignore_stop,
            compat: Compat {
                order_binding: self.compat,
                ..Compat::default()
            },
        }
    }
}

/// Reads `x1,y1,x2,y2`.
pub(crate) fn parse_box(text: &str) -> Result<BoxPx, String> {
    let wrong = || format!("{text:?} is no box: write x1,y1,x2,y2 in pixels, as in 10,20,110,220");
    let numbers = text
        .split(',')
        .map(|number| number.trim().parse::<f64>())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| wrong())?;
    let edges: [f64; 4] = numbers.try_into().map_err(|_| wrong())?;
    Ok(BoxPx::from(edges))
}

/// A picture's file, checked together with boxes on it before a model is loaded, which can take minutes.
pub(crate) fn read_picture(path: &Path, boxes: &[BoxPx]) -> Result<Vec<u8>> {
    let file = std::fs::read(path)
        .with_context(|| format!("the picture {} cannot be read", path.display()))?;
    let size = picture_size(&file)
        .with_context(|| format!("the picture {} cannot be used", path.display()))?;
    check_boxes(boxes, size)?;
    Ok(file)
}

/// Opens a device for an engine.
pub(crate) fn open_host(preference: DevicePreference) -> Result<Host> {
    let compute = Rc::new(block_on(open_device(preference))?);
    Ok(Host {
        device: compute.device.clone(),
        info: DeviceInfo {
            kind: compute.kind.name().to_owned(),
            name: compute.name.clone(),
            limits: compute.limits().map(|limits| DeviceLimits {
                max_buffer_bytes: limits.max_buffer_bytes,
                max_binding_bytes: limits.max_binding_bytes,
            }),
            kernels: KERNELS.to_owned(),
        },
        now_ms,
        take_fault: {
            let compute = Rc::clone(&compute);
            Box::new(move || compute.take_fault())
        },
        probe_memory: {
            let compute = Rc::clone(&compute);
            Box::new(move |bytes| {
                let compute = Rc::clone(&compute);
                Box::pin(async move { compute.probe_memory(bytes).await })
            })
        },
        free_buffers: Box::new(move || compute.free_buffers()),
    })
}

/// An engine with a package in it.
pub(crate) struct Session {
    engine: Engine,
    /// Whether stderr has been told what computes.
    is_announced: bool,
}

impl Session {
    /// Opens device and package, with a progress bar that names the device.
    pub(crate) fn open(args: &ModelArgs) -> Result<Self> {
        let mut engine = Engine::new(open_host(args.device)?);
        let bar = ProgressBar::new(0).with_style(
            ProgressStyle::with_template("loading {bar:30} {bytes}/{total_bytes} {eta} for {msg}")
                .expect("the template is constant"),
        );
        bar.set_message(announcement(engine.device()));
        let opened = block_on(engine.open(&Package::at(&args.model), &mut |event| {
            if let Event::Loading { bytes, total } = event {
                bar.set_length(total);
                bar.set_position(bytes);
            }
        }));
        bar.finish_and_clear();
        opened.with_context(|| format!("{} cannot be opened", args.model.display()))?;
        Ok(Self {
            engine,
            is_announced: false,
        })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Makes a file the picture that questions are about, and says how large it is.
    pub(crate) fn set_picture(&mut self, file: &[u8]) -> Result<PictureSize> {
        Ok(block_on(self.engine.set_picture(file, &mut |_| {}))?)
    }

    /// Answers the last turn; says once on stderr what computes. `say` gets the pieces of the answer as they come and stops it by returning `false`.
    pub(crate) fn ask(
        &mut self,
        boxes: &[BoxPx],
        turns: &[Turn],
        options: &GenerateOptions,
        mut say: impl FnMut(&str) -> bool,
    ) -> Result<Answer> {
        let question = Question {
            boxes,
            turns,
            options,
        };
        let announcement = announcement(self.engine.device());
        let cancel = CancelFlag::default();
        let answer = block_on(self.engine.ask(question, &cancel, &mut |event| {
            if let Event::Token { .. } = event
                && !std::mem::replace(&mut self.is_announced, true)
            {
                eprintln!("computing on {announcement}");
            }
            if let Event::Token { text } = event
                && !say(&text)
            {
                cancel.raise();
            }
        }))?;
        Ok(answer)
    }

    /// Whether region vectors are zeros from now on, a control for evaluation.
    pub(crate) fn blank_regions(&mut self, is_blank: bool) {
        self.engine.blank_regions(is_blank);
    }

    /// How likely each of these texts is as the answer to the last turn.
    pub(crate) fn likelihoods(
        &mut self,
        boxes: &[BoxPx],
        turns: &[Turn],
        options: &GenerateOptions,
        continuations: &[String],
    ) -> Result<Vec<Likelihood>> {
        let question = Question {
            boxes,
            turns,
            options,
        };
        Ok(block_on(self.engine.likelihoods(question, continuations))?)
    }
}

fn announcement(device: &DeviceInfo) -> String {
    format!("{}: {}", device.kind, device.name)
}
