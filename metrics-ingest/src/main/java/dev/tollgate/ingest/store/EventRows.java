package dev.tollgate.ingest.store;

import dev.tollgate.schema.contract.EventCursor;

/// The rows of one batch on their way into the store, in the store's own form. One thread owns an instance.
public interface EventRows {

    /// Takes the event that the cursor holds and answers the row's number, from 0. It is stored only if it is kept.
    ///
    /// @param logPosition `LogPosition` of the record; unique within its partition
    /// @param ordinal index of the record in its batch
    int add(EventCursor event, long logPosition, int ordinal);

    /// Says that a row is to be stored; once for each.
    void keep(int row);
}
