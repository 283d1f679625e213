/// What an intermediary must do with a connection's bytes, as a catalogue of rules that is played against any server,
/// and a generator that mutates their bytes.
@NullMarked
package dev.tollgate.testing.rules;

import org.jspecify.annotations.NullMarked;
