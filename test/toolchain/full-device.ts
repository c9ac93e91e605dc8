/** A device of Linux to which no byte can be written (`full(4)`): a file that links to it is on a disk that is full. */
export const fullDevice = '/dev/full';
