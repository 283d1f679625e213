package dev.tollgate.ingest.store;

import dev.tollgate.schema.contract.SourceSequences;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Keeps events, the sequences of their sources and the position in the log in one place, so that they move
/// together or not at all.
///
/// One thread owns an instance, and an instance has at most one session, which holds all partitions of that
/// thread. Every method but `disconnect` and `close` throws `StoreUnavailableException`; after that the owner
/// must `disconnect` and `reclaim`.
public interface EventStore extends AutoCloseable {

    /// Takes partitions over from whoever holds them.
    ///
    /// @param topicId the broker's id of the topic; a new one opens a generation that starts at offset 0
    List<Claim> claim(String topicId, Collection<Integer> partitions);

    /// Renews claims in a new session, with the offsets that were stored in truth. A claim that is missing in
    /// the answer is lost to another instance.
    List<Claim> reclaim(Collection<Claim> claims);

    /// Gives partitions up, so that the next owner need not end this session.
    void release(Collection<Claim> claims);

    /// Sets a position back because the log lost records and uses their offsets again.
    Claim rewind(Claim claim, long nextOffset);

    /// What was seen of those sources; unknown ones are missing in the answer.
    Map<String, SourceSequences> sequences(Collection<String> sources);

    /// Room for the rows of the next batch. Those of the batch before are gone.
    EventRows newRows();

    /// Stores a batch in one transaction, with the rows that were kept since `newRows`. Throws `PartitionLostException`
    /// when a claim does not hold any more;
    /// nothing is stored then.
    ///
    /// @param refused is given the rows that the database would not take, before the rest is committed; when it
    ///     throws, nothing is stored
    StoredBatch store(StoreBatch batch, Consumer<List<RefusedRow>> refused);

    /// Drops the session without asking it anything.
    void disconnect();

    @Override
    void close();
}
