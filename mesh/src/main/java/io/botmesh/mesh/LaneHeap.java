package io.botmesh.mesh;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lanes by the time at which each is ready, the earliest first. All changes take logarithmic time. */
final class LaneHeap {
    private final Lane[] heap;
    private int size;

    LaneHeap(int most) {
        heap = new Lane[most];
    }

    @Nullable
    Lane peek() {
        return size == 0 ? null : heap[0];
    }

    int size() {
        return size;
    }

    /** Puts a lane in, or to its new place. */
    void put(Lane lane, long key) {
        lane.key = key;
        if (lane.place < 0) {
            lane.place = size;
            heap[size++] = lane;
        }
        up(lane);
        down(lane);
    }

    void remove(Lane lane) {
        if (lane.place < 0) return;
        int place = lane.place;
        lane.place = -1;
        Lane last = heap[--size];
        Arrays.fill(heap, size, size + 1, null);
        if (last == lane) return;
        set(place, last);
        up(last);
        down(last);
    }

    private void up(Lane lane) {
        int place = lane.place;
        while (place > 0) {
            Lane parent = heap[(place - 1) / 2];
            if (parent.key <= lane.key) break;
            set(place, parent);
            place = (place - 1) / 2;
        }
        set(place, lane);
    }

    private void down(Lane lane) {
        int place = lane.place;
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && heap[child + 1].key < heap[child].key) child++;
            if (heap[child].key >= lane.key) break;
            set(place, heap[child]);
            place = child;
        }
        set(place, lane);
    }

    private void set(int place, Lane lane) {
        heap[place] = lane;
        lane.place = place;
    }
}
