//! The model against what the original computes, on every kind of device.

/// Makes a test per device of each function that takes a device.
macro_rules! on_each_device {
    ($($name:ident),+ $(,)?) => {
        mod cpu {
            $(#[test]
            fn $name() {
                super::$name(&crate::Device::flex());
            })+
        }

        mod gpu {
            $(#[test]
            fn $name() {
                roi_testkit::on_gpu(super::$name);
            })+
        }
    };
}

mod plain;
mod reference;
pub(crate) mod synthetic;
mod whole;
