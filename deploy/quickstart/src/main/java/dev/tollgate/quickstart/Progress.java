package dev.tollgate.quickstart;

import java.io.PrintStream;

/// The line that says what is being waited for.
public final class Progress {

    private final PrintStream out;

    public Progress(PrintStream out) {
        this.out = out;
    }

    /// A progress that says nothing, for tests.
    public static Progress silent() {
        return new Progress(new PrintStream(PrintStream.nullOutputStream()));
    }

    public void say(String line) {
        out.println("  " + line);
        out.flush();
    }
}
