/// Who is calling: tenants and their API keys, held in memory and kept fresh from the database.
///
/// The root knows neither SQL nor the network; `.postgres` loads the catalog and follows its changes.
@NullMarked
package dev.tollgate.gateway.tenant;

import org.jspecify.annotations.NullMarked;
