package dev.tollgate.gateway.door;

import java.util.function.BooleanSupplier;

/// A request that another gateway asks about.
///
/// @param method HTTP method, a token of at most 32 characters
/// @param path without query, as `RequestTarget` accepts it
/// @param hits how many times the route's cost it takes, 1 to [#HITS_MAX]
/// @param isGone whether whoever asks does not wait for the answer any more
public record DoorQuestion(DoorCaller caller, String method, String path, long hits, BooleanSupplier isGone) {

    public static final long HITS_MAX = 1_000_000;
}
