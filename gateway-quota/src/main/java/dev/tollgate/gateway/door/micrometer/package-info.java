/// The metrics of the doors.
@NullMarked
package dev.tollgate.gateway.door.micrometer;

import org.jspecify.annotations.NullMarked;
