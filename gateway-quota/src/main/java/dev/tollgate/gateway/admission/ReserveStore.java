package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import java.util.List;

/// Keeps on this machine what must survive a restart while the ledger is away. One process at a time uses it.
public interface ReserveStore {

    /// What is left of one row to the next process.
    ///
    /// @param policy as in [UsageBooking]
    /// @param key names the reserve in the ledger; empty when there is none
    /// @param tokens of the reserve, free for the next process to spend
    /// @param presumedUsed the reserve's other tokens: the process that took it may have spent them
    /// @param endsMs when the reserve becomes void, epoch milliseconds of the ledger's clock
    /// @param uses what was used and not booked
    record Row(
            String tenantId, String policy, String key, long tokens, long presumedUsed, long endsMs, List<Use> uses) {

        public Row {
            uses = List.copyOf(uses);
        }

        static Row of(String tenantId, String policy, String key, long tokens, long presumedUsed, long endsMs) {
            return new Row(tenantId, policy, key, tokens, presumedUsed, endsMs, List.of());
        }
    }

    /// @param gateways how many gateways lived when the ledger last said so
    record Content(int gateways, List<Row> rows) {

        public static final Content NONE = new Content(1, List.of());

        public Content {
            rows = List.copyOf(rows);
        }
    }

    /// Reads what a former process left and deletes it durably, so that it is handed out once; [Content#NONE] when
    /// there is nothing, or nothing that can be read.
    Content take();

    /// Replaces the content durably.
    ///
    /// @throws java.io.UncheckedIOException when that failed; the content is then the former one
    void write(Content content);
}
