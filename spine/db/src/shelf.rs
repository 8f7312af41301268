//! Things kept in memory beside one database: one of each type, made when first asked for.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A typed shelf: caches that can always be rebuilt from the database.
#[derive(Default)]
pub struct Shelf {
    things: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Shelf {
    /// The one `T` of this shelf.
    pub fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let key = TypeId::of::<T>();
        let found = {
            let things = self.things.read().unwrap_or_else(PoisonError::into_inner);
            things.get(&key).cloned()
        };
        let thing = found.unwrap_or_else(|| {
            let mut things = self.things.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(things.entry(key).or_insert_with(|| Arc::new(T::default())))
        });
        thing.downcast().unwrap_or_default()
    }
}
