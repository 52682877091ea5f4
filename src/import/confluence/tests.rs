use super::*;

use crate::domain::article::Article;

mod hostile;
mod mapping;
mod pages;
mod specimens;

/// Every item of these files, `(name, text)`, as the files of one folder.
fn items(files: &[(&str, &str)]) -> Result<Vec<Item>> {
    let sources =
        files.iter().map(|(name, text)| Source::of(name, text.as_bytes().to_vec().leak()));
    let place =
        Place { name: "folder".to_owned(), sources: sources.collect(), many: files.len() > 1 };
    let mut items = Vec::new();
    let options = Options { base: Some("https://wiki.example".to_owned()), ..Options::default() };
    read(&place, &options, &mut |item| {
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

fn articles(items: &[Item]) -> Vec<&Article> {
    let all = items.iter();
    all.filter_map(|item| if let Item::Article(article) = item { Some(&**article) } else { None })
        .collect()
}

fn one(name: &str, text: &str) -> Article {
    let items = items(&[(name, text)]).unwrap();
    let all = articles(&items);
    assert_eq!(all.len(), 1, "{items:?}");
    all[0].clone()
}

fn skipped(items: &[Item]) -> Vec<&str> {
    let all = items.iter();
    all.filter_map(|item| if let Item::Skipped(reason) = item { Some(&**reason) } else { None })
        .collect()
}

fn notes(items: &[Item]) -> Vec<&str> {
    let all = items.iter();
    all.filter_map(|item| if let Item::Note(note) = item { Some(&**note) } else { None }).collect()
}

/// The Markdown of a text in the storage format.
fn markdown(text: &str) -> String {
    storage::markdown(text, &mut storage::Pages::default())
}
