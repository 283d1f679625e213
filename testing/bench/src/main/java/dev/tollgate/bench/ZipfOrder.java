package dev.tollgate.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Draws by Zipf's law: the k-th most frequent of n comes with a probability proportional to k^-exponent.
public final class ZipfOrder {

    private static final int DRAWS = 1 << 20;
    private static final long SEED = 20_260_101L;

    private ZipfOrder() {}

    /// The same draws every time. Frequent and rare ones are spread over the numbers by chance, so that neighbours in
    /// memory are not neighbours in frequency.
    public static int[] draw(int n, double exponent) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] cumulated = new double[n];
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += Math.pow(k + 1, -exponent);
            cumulated[k] = sum;
        }
        int[] numbers = shuffled(n, random);
        int[] draws = new int[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
            draws[i] = numbers[Math.min(n - 1, found < 0 ? -found - 1 : found)];
        }
        return draws;
    }

    private static int[] shuffled(int n, SplittableRandom random) {
        int[] numbers = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            numbers[i] = numbers[j];
            numbers[j] = i;
        }
        return numbers;
    }
}
