package io.botmesh.world;

/**
 * A picture of plain colours.
 *
 * @param rgb row by row, eight bits each of red, green and blue
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares pictures, and copies of them are large
record Pixels(int width, int height, int[] rgb) {
    /** The square in its middle. */
    Pixels square() {
        int side = Math.min(width, height);
        if (side == width && side == height) return this;
        var cut = new int[side * side];
        int left = (width - side) / 2;
        int top = (height - side) / 2;
        for (int y = 0; y < side; y++) System.arraycopy(rgb, (top + y) * width + left, cut, y * side, side);
        return new Pixels(side, side, cut);
    }

    /** Made smaller; each new pixel is the mean of those that lie under it. */
    Pixels scaled(int newWidth, int newHeight) {
        if (newWidth == width && newHeight == height) return this;
        var columns = new Pixels(newWidth, height, new int[newWidth * height]);
        for (int y = 0; y < height; y++) shrink(rgb, y * width, 1, width, columns.rgb, y * newWidth, 1, newWidth);
        var both = new Pixels(newWidth, newHeight, new int[newWidth * newHeight]);
        for (int x = 0; x < newWidth; x++) {
            shrink(columns.rgb, x, newWidth, height, both.rgb, x, newWidth, newHeight);
        }
        return both;
    }

    /** One row or column. In whole numbers, so that the same comes out everywhere. */
    private static void shrink(int[] from, int start, int step, int length, int[] to, int at, int stride, int shorter) {
        for (int i = 0; i < shorter; i++) {
            // The new pixel covers the old ones from first to last, in parts of a pixel of the old ones' total.
            long first = (long) i * length;
            long last = first + length;
            long red = 0;
            long green = 0;
            long blue = 0;
            for (long old = first / shorter; old * shorter < last; old++) {
                long weight = Math.min(last, (old + 1) * shorter) - Math.max(first, old * shorter);
                int color = from[start + (int) old * step];
                red += weight * (color >> 16 & 0xff);
                green += weight * (color >> 8 & 0xff);
                blue += weight * (color & 0xff);
            }
            to[at + i * stride] = mean(red, length) << 16 | mean(green, length) << 8 | mean(blue, length);
        }
    }

    private static int mean(long sum, int weights) {
        return (int) ((sum + weights / 2) / weights);
    }
}
