package io.botmesh.world;

import io.botmesh.world.Probe.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes the sizes of a photo, as the server does: scaled to what fits into squares of 90, 320, 800 and 1280 pixels, never
 * larger than it is, all of them JPEG. A picture that cannot be looked into has the one size that it came in.
 */
final class Pictures {
    private static final int[] MESSAGE = {90, 320, 800};
    private static final int[] PROFILE = {160, 320};
    private static final int MOST_PROFILE = 640;

    private final Function<byte[], Blob> keeper;
    private final int most;

    /**
     * @param keeper where files are kept that were made here
     * @param most   pixels of the longer side of the largest size
     */
    Pictures(Function<byte[], Blob> keeper, int most) {
        this.keeper = keeper;
        this.most = most;
    }

    /**
     * The sizes of a photo in a message, the smallest first.
     *
     * @param probe what its header says, which has to be within the limits of photos
     * @return none if it is broken
     */
    List<PhotoSize> sizes(Blob photo, Probe probe) {
        var whole = new PhotoSize(probe.width(), probe.height(), photo);
        if (!ImageCodec.reads(probe, photo)) return List.of(whole);
        var pixels = ImageCodec.read(photo, probe, most);
        if (pixels == null) return List.of();
        int longer = Math.max(probe.width(), probe.height());
        var sizes = new ArrayList<PhotoSize>();
        // What is a JPEG of the right size stays as it is.
        boolean stays = longer <= most && probe.format() == Format.JPEG;
        if (!stays) pixels = fit(pixels, probe, Math.min(longer, most));
        sizes.add(stays ? whole : size(pixels));
        for (int i = MESSAGE.length - 1; i >= 0; i--) {
            if (MESSAGE[i] >= Math.min(longer, most)) continue;
            pixels = fit(pixels, probe, MESSAGE[i]);
            sizes.addFirst(size(pixels));
        }
        return sizes;
    }

    /** The squares that are shown of a person, bot or chat, the smallest first; none if it is broken or cannot be read. */
    List<PhotoSize> squares(Blob photo) {
        var probe = Probe.of(photo);
        boolean fine = InputFiles.isPhoto(probe) && ImageCodec.reads(probe, photo);
        var pixels = fine ? ImageCodec.read(photo, probe, 2 * MOST_PROFILE) : null;
        if (pixels == null) return List.of();
        pixels = pixels.square();
        var sizes = new ArrayList<PhotoSize>();
        int side = Math.min(MOST_PROFILE, pixels.width());
        for (int i = PROFILE.length; side > 0; ) {
            pixels = pixels.scaled(side, side);
            sizes.addFirst(size(pixels));
            while (i > 0 && PROFILE[i - 1] >= side) i--;
            side = i == 0 ? 0 : PROFILE[--i];
        }
        return sizes;
    }

    private PhotoSize size(Pixels pixels) {
        return new PhotoSize(pixels.width(), pixels.height(), keeper.apply(ImageCodec.jpeg(pixels)));
    }

    /** The other side follows from what the picture was at first, not from what has been rounded since. */
    private static Pixels fit(Pixels pixels, Probe whole, int longer) {
        int length = Math.max(whole.width(), whole.height());
        return pixels.scaled(
                Math.min(pixels.width(), side(whole.width(), longer, length)),
                Math.min(pixels.height(), side(whole.height(), longer, length)));
    }

    /** To the nearest pixel, of two as near to the smaller one: 4:3 has 90 by 67 there. */
    private static int side(int side, int longer, int length) {
        return Math.max(1, (int) ((2L * side * longer + length - 1) / (2L * length)));
    }
}
