#!/bin/sh
# Every MPI rank runs its shard of a sweep:
#   mpirun -n 4 examples/sweep/mpi.sh grid.toml grid
#   sluice sweep grid.toml --merge grid.0.csv --merge grid.1.csv … --out grid.csv
rank=${OMPI_COMM_WORLD_RANK:?start this with mpirun}
exec "${SLUICE:-sluice}" sweep "$1" --shard "$((rank + 1))/$OMPI_COMM_WORLD_SIZE" \
    --threads "${THREADS:-1}" --out "$2.$rank.csv"
