package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What nobody changes any more: closed periods but for their payment, invoices, prices, the audit log.
class ClosedRowsTest {

    private static final String CHECK_VIOLATION = "23514";
    private static final List<String> STATUSES = List.of("pending", "paid", "overdue", "cancelled", "refunded");
    private static final Set<String> ALLOWED = Set.of(
            "pending paid",
            "pending overdue",
            "pending cancelled",
            "overdue paid",
            "overdue cancelled",
            "paid refunded");

    private static TestDatabase database;
    private static Connection superuser;

    @BeforeAll
    static void closesAPeriod() throws SQLException {
        database = TestDatabase.migrated();
        superuser = database.asSuperuser();
        TenantRows.make(superuser, "billed");
        superuser.setAutoCommit(false);
    }

    @AfterAll
    static void closes() throws SQLException {
        superuser.close();
    }

    @Test
    void aPaymentMovesAlongTheAllowedTransitionsOnly() throws SQLException {
        try (Connection billing = database.as("tollgate_billing")) {
            billing.setAutoCommit(false);
            for (String from : STATUSES) {
                setStatusAround(from);
                for (String to : STATUSES) {
                    String state = Sql.stateWithin(
                            billing, "UPDATE tenant_billing_periods SET invoice_status = ?, updated_at = now()", to);
                    boolean allowed = from.equals(to) || ALLOWED.contains(from + " " + to);
                    assertThat(state).as(from + " to " + to).isEqualTo(allowed ? "accepted" : CHECK_VIOLATION);
                }
                billing.rollback();
            }
            setStatusAround("pending");
        }
    }

    /// As no role can: with the triggers off.
    private static void setStatusAround(String status) throws SQLException {
        Sql.run(superuser, "SET LOCAL session_replication_role = replica");
        Sql.run(superuser, "UPDATE tenant_billing_periods SET invoice_status = ?", status);
        superuser.commit();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE tenant_billing_periods SET total_amount_cents = 1",
                "UPDATE tenant_billing_periods SET invoice_status = 'paid', total_requests = 1",
                "UPDATE tenant_billing_periods SET tenant_id = 'another'",
                "DELETE FROM tenant_billing_periods",
                "TRUNCATE tenant_billing_periods CASCADE",
                "UPDATE invoices SET total_cents = 1",
                "DELETE FROM invoices",
                "TRUNCATE invoices CASCADE",
                "UPDATE invoice_lines SET amount_cents = 1",
                "DELETE FROM invoice_lines",
                "TRUNCATE invoice_lines",
                "UPDATE plan_charges SET amount_cents = 0",
                "DELETE FROM plan_versions",
                "UPDATE audit_log SET actor = 'somebody else'",
                "DELETE FROM audit_log",
                "TRUNCATE audit_log"
            })
    void nobodyChangesWhatIsClosed(String change) throws SQLException {
        assertThat(Sql.stateWithin(superuser, change)).isEqualTo(Sql.REFUSED);
        try (Connection billing = database.as("tollgate_billing")) {
            assertThat(Sql.stateOf(billing, change)).isEqualTo(Sql.REFUSED);
        }
    }

    @Test
    void theAuditLogTakesEntriesOfServices() throws SQLException {
        try (Connection gateway = database.as("tollgate_gateway")) {
            String insert = "INSERT INTO audit_log (actor, action, subject) VALUES ('a', 'tested', 's')";
            assertThat(Sql.stateOf(gateway, insert)).isEqualTo("accepted");
            assertThat(Sql.stateOf(gateway, "SELECT * FROM audit_log")).isEqualTo(Sql.REFUSED);
        }
    }
}
