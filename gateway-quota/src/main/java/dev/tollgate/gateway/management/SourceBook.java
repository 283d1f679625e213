package dev.tollgate.gateway.management;

import java.util.List;

/// The sources of events, for operators. Calls wait for the database, and throw `SourcesUnavailableException` when it
/// is away.
public interface SourceBook {

    /// The sources behind that one, in the order of their names; from the first one on if `after` is empty.
    List<SourceRow> page(String after, int limit);

    /// What became of an order to abandon a source.
    sealed interface Abandonment {

        /// It is abandoned, by this order or an earlier one.
        record Done(SourceRow source) implements Abandonment {}

        record Unknown() implements Abandonment {}

        /// It was sealed: its end is known, and nothing is to be given up.
        record NotOpen() implements Abandonment {}
    }

    /// Ends an open source, with an entry in the audit log.
    ///
    /// @param actor the operator's name
    Abandonment abandon(String source, String reason, String actor);
}
