/// Looks into the database for closing and rating periods. All queries of one look run in the caller's transaction, a
/// repeatable read, so that they see one moment.
@NullMarked
package dev.tollgate.billing.period.postgres;

import org.jspecify.annotations.NullMarked;
