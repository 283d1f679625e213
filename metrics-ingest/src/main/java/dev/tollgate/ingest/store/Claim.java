package dev.tollgate.ingest.store;

/// A partition as this instance holds it.
///
/// @param generation which topic of that name the offsets belong to
/// @param nextOffset the first offset that is not stored
/// @param epoch grows with every take-over; an older one can store nothing any more
public record Claim(int partition, int generation, long nextOffset, long epoch) {

    public Claim movedTo(long offset) {
        return new Claim(partition, generation, offset, epoch);
    }
}
