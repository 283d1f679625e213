package dev.tollgate.ingest.store.postgres;

import dev.tollgate.ingest.partition.postgres.PostgresMonths;
import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.EventRows;
import dev.tollgate.ingest.store.EventStore;
import dev.tollgate.ingest.store.RefusedRow;
import dev.tollgate.ingest.store.StoreBatch;
import dev.tollgate.ingest.store.StoreBatch.Move;
import dev.tollgate.ingest.store.StoreUnavailableException;
import dev.tollgate.ingest.store.StoredBatch;
import dev.tollgate.ingest.store.postgres.RowLoader.Loaded;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.SourceSequences;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rows by COPY, sequences, and last the position, in one transaction of one session.
///
/// The consumer's thread owns an instance. The session is opened when it is needed and names this process's
/// partitions in `ingest_positions`; it never comes from a pool.
public final class PostgresEventStore implements EventStore {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresEventStore.class);

    private final DataSource dataSource;
    private final StrikePoints strikePoints;
    private final PositionTable positions;
    private final RowLoader loader;
    private final CopyRows rows = new CopyRows();
    private final Set<YearMonth> knownMonths = new HashSet<>();
    private @Nullable Connection connection;

    /// @param dataSource opens a new connection each time
    public PostgresEventStore(String topic, DataSource dataSource, StrikePoints strikePoints) {
        this.dataSource = dataSource;
        this.strikePoints = strikePoints;
        this.positions = new PositionTable(topic);
        this.loader = new RowLoader(strikePoints);
    }

    @Override
    public List<Claim> claim(String topicId, Collection<Integer> partitions) {
        return ask("claim partitions " + partitions, session -> positions.claim(session, topicId, partitions));
    }

    @Override
    public List<Claim> reclaim(Collection<Claim> claims) {
        return ask("reclaim partitions", session -> {
            List<Claim> kept = new ArrayList<>();
            for (Claim claim : claims) {
                Optional<Claim> renewed = positions.renew(session, claim);
                renewed.ifPresent(kept::add);
            }
            return kept;
        });
    }

    @Override
    public void release(Collection<Claim> claims) {
        boolean complete = ask("release partitions", session -> {
            boolean all = true;
            for (Claim claim : claims) {
                all &= positions.release(session, claim);
            }
            return all;
        });
        if (!complete) {
            LOG.info("Some of the released partitions had been taken over already");
        }
    }

    @Override
    public Claim rewind(Claim claim, long nextOffset) {
        return ask("rewind partition " + claim.partition(), session -> positions.rewind(session, claim, nextOffset));
    }

    @Override
    public Map<String, SourceSequences> sequences(Collection<String> sources) {
        return ask("read sequences", session -> SequenceTable.read(session, sources));
    }

    @Override
    public EventRows newRows() {
        rows.clear();
        return rows;
    }

    @Override
    public StoredBatch store(StoreBatch batch, Consumer<List<RefusedRow>> refused) {
        rows.sort();
        return ask("store a batch of " + rows.size() + " events", session -> {
            ensureMonths(session);
            try {
                return transact(session, batch, refused, loader::quickly);
            } catch (RowsRefusedException e) {
                LOG.warn("Storing a batch row by row if need be: {}", e.getMessage());
                knownMonths.clear();
                ensureMonths(session);
                return transact(session, batch, refused, loader::carefully);
            }
        });
    }

    @Override
    public void disconnect() {
        Connection dropped = connection;
        connection = null;
        knownMonths.clear();
        if (dropped != null) {
            try {
                dropped.close();
            } catch (SQLException e) {
                LOG.debug("Closing a broken connection failed", e);
            }
        }
    }

    @Override
    public void close() {
        disconnect();
    }

    /// Each in a transaction of its own, before the batch's, because making a month takes locks.
    private void ensureMonths(Connection session) throws SQLException {
        long monthFromMs = Long.MAX_VALUE;
        long monthToMs = Long.MIN_VALUE;
        for (int i = 0; i < rows.size(); i++) {
            long timeMs = rows.eventTimeMs(i);
            if (timeMs >= monthFromMs && timeMs < monthToMs) {
                continue;
            }
            YearMonth month = YearMonth.from(Instant.ofEpochMilli(timeMs).atOffset(ZoneOffset.UTC));
            monthFromMs = startMs(month);
            monthToMs = startMs(month.plusMonths(1));
            if (knownMonths.add(month) && PostgresMonths.ensure(session, month)) {
                LOG.info("Made the raw partition of {} for an event of tenant {}", month, rows.tenantId(i));
            }
        }
    }

    private static long startMs(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private <E extends Exception> StoredBatch transact(
            Connection session, StoreBatch batch, Consumer<List<RefusedRow>> refused, Load<E> load)
            throws SQLException, E {
        session.setAutoCommit(false);
        try {
            Loaded loaded = load.into(session, rows);
            SequenceTable.write(session, batch.sequences());
            if (!loaded.refused().isEmpty()) {
                refused.accept(loaded.refused());
            }
            for (Move move : batch.moves()) {
                positions.advance(session, move);
            }
            strikePoints.pass(StrikePoints.INGEST_BEFORE_COMMIT);
            session.commit();
            session.setAutoCommit(true);
            strikePoints.pass(StrikePoints.INGEST_AFTER_COMMIT);
            return new StoredBatch(
                    loaded.stored(), loaded.duplicates(), loaded.refused().size());
        } catch (Throwable fault) {
            undo(session, fault);
            throw fault;
        }
    }

    private static void undo(Connection session, Throwable fault) {
        try {
            session.rollback();
            session.setAutoCommit(true);
        } catch (SQLException e) {
            fault.addSuppressed(e);
        }
    }

    private <T> T ask(String what, Question<T> question) {
        try {
            Connection session = connection;
            if (session == null) {
                session = dataSource.getConnection();
                connection = session;
            }
            return question.to(session);
        } catch (SQLException e) {
            throw new StoreUnavailableException("could not " + what + ": " + e.getMessage(), e);
        }
    }

    private interface Question<T> {
        T to(Connection session) throws SQLException;
    }

    private interface Load<E extends Exception> {
        Loaded into(Connection session, CopyRows rows) throws SQLException, E;
    }
}
