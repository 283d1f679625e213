/// Sends usage events to Tollgate's intake without holding the sender up. Needs the JDK and jackson-core.
@NullMarked
package dev.tollgate.client;

import org.jspecify.annotations.NullMarked;
