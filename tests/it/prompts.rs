//! What happens when a person is at the terminal, through a pseudo-terminal.
#![cfg(unix)]

mod bulk;
mod completion;
mod drafts;
mod editor;
mod failing;
mod interrupt;
mod kb;
mod moved_on;
mod new;
mod pager;
mod purge;
mod readers;
mod similar;
mod streams;
mod terminal;
mod triage;
mod typing;
