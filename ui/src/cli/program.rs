//! What the program says of itself: completions for shells and the manual page.

use super::{Run, out, words};
use otklik_core::error::Result;

impl Run {
    pub fn completions(&self, shell: clap_complete::Shell) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut words::command(&self.out.tr), "otklik", &mut script);
        out::to_stdout(&String::from_utf8_lossy(&script))
    }

    /// One page in roff, with every verb in it.
    pub fn man(&self) -> Result<()> {
        let mut command = words::command(&self.out.tr);
        // Gives every verb its whole name, such as `otklik appeal list`.
        command.build();
        let mut page = Vec::new();
        let whole = clap_mangen::Man::new(command.clone());
        whole.render(&mut page)?;
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            describe(verb, &mut page)?;
        }
        out::to_stdout(&String::from_utf8_lossy(&page))
    }
}

fn describe(verb: &clap::Command, page: &mut Vec<u8>) -> Result<()> {
    if verb.has_subcommands() {
        let inner = verb.get_subcommands().filter(|verb| !verb.is_hide_set());
        return inner.into_iter().try_for_each(|verb| describe(verb, page));
    }
    let whole = verb.get_bin_name().unwrap_or(verb.get_name()).to_owned();
    let man = clap_mangen::Man::new(verb.clone().display_name(whole));
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_options_section(page)?;
    Ok(())
}
