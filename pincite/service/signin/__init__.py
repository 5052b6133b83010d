"""Signs people in: who may, how often they may try, and what stands in the way of everybody else."""
