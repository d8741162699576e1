//! Two processes on one folder.
