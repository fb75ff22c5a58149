"""The kernel's one table."""

from django.db import models


class Clock(models.Model):
    """The frozen decision time, if any; see `kernel.clock`."""

    id = models.BooleanField(primary_key=True, default=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_clock"
        constraints = [models.CheckConstraint(condition=models.Q(id=True), name="kernel_clock_single_ck")]
