/** Words that the threads of a BatchRing share. */

/** Grows when there is more for threads to do, and when a thread has done something. */
export const WORK = 0;
export const DONE = 1;
/** 1: threads are to end. */
export const STOP = 2;
export const CONTROL_WORDS = 3;
