/// The whole house under load and faults: real servers, each service a process of its own. Start reading at
/// `TestStack`.
@NullMarked
package dev.tollgate.system;

import org.jspecify.annotations.NullMarked;
