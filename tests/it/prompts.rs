//! What happens when a person is at the terminal, through a pseudo-terminal.
#![cfg(unix)]

mod bulk;
mod completion;
mod editor;
mod new;
mod pager;
mod similar;
mod streams;
mod terminal;
