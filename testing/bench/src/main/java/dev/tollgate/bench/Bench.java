package dev.tollgate.bench;

/// Runs the benchmark that the first argument names.
public final class Bench {

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            System.err.println("usage: ./tollgate bench codec");
            System.exit(2);
        }
        switch (arguments[0]) {
            case "codec" -> CodecComparison.run();
            default -> {
                System.err.println("no benchmark " + arguments[0] + "; there is: codec");
                System.exit(2);
            }
        }
    }
}
