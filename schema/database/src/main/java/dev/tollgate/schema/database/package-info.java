/// The database: its migrations, roles and topics, the deploy step that applies them, and the check with which
/// services refuse an older schema.
@NullMarked
package dev.tollgate.schema.database;

import org.jspecify.annotations.NullMarked;
